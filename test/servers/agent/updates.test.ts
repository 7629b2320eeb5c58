import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';
import { need } from '../../support/need.ts';
import { AgentOnHost } from './agent-on-host.ts';

const config = 'hub_url: http://127.0.0.1:8080\nserver_id: nas-1\napi_key: key\nroot_mount: /\n';

/** As apt has it once repositories of local files are set up. */
const names = ['a-fixed', 'a-plain', 'a-superseded'];

suite('updates on a real host', need('servers'), () => {
  let fleet: Fleet;
  let host: FleetHost;
  let agent: AgentOnHost;
  const run = async (command: string): Promise<string> => (await host.exec(command)).stdout;

  /** The updates of a beat, and the codes of the warnings about it. */
  async function updates() {
    const { beat, journal } = await agent.print();
    return {
      count: beat.updates_available,
      security: beat.security_updates,
      names: beat.packages?.map(each => each.name).sort(),
      updated: beat.apt_lists_updated,
      codes: [...journal.matchAll(/ code=(\S+)/g)].map(([, code]) => code),
      journal,
    };
  }

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1'] });
    host = fleet.host('nas-1');
    const script = new URL('./local-repositories.sh', import.meta.url);
    await host.exec(await readFile(script, 'utf8'), { timeout: 120_000 });
    agent = await AgentOnHost.put(host, config);
  });
  after(() => fleet?.stop());

  test('are those of apt list --upgradable without the held one; a superseded fix is security', async () => {
    const listed = (await run('apt list --upgradable 2>/dev/null'))
      .split('\n')
      .flatMap(line => /^([^/]+)\//.exec(line)?.[1] ?? []);
    assert.deepEqual(listed.sort(), ['a-fixed', 'a-held', 'a-plain', 'a-superseded']);
    const found = await updates();
    assert.deepEqual(found.names, names);
    assert.deepEqual([found.count, found.security, found.codes], [3, 2, []]);
  });

  for (const file of [
    '/etc/apt/sources.list.d/security.list',
    '/etc/apt/preferences.d/pin',
    '/etc/apt/apt.conf.d/99own',
    '/etc/apt/keyrings/own.gpg',
  ]) {
    test(`are unknown while ${file} is for root alone, and a warning names it`, async () => {
      await run(`mkdir -p /etc/apt/keyrings; touch ${file}; chmod 600 ${file}`);
      const found = await updates();
      assert.deepEqual([found.count, found.security, found.names], [null, null, undefined]);
      assert.match(found.journal, new RegExp(` code=apt-file-unreadable subject=${file}$`, 'm'));
      await run(`chmod 644 ${file}`);
      assert.equal((await updates()).count, 3);
    });
  }

  test('are counted beside a pinned downgrade, which is none (pitfall 41)', async () => {
    const pin = 'Package: a-fixed\\nPin: version 1.0\\nPin-Priority: 1001\\n';
    await run(`apt-get -q install -y a-fixed=1.1; printf '${pin}' >/etc/apt/preferences.d/pin`);
    const found = await updates();
    assert.deepEqual([found.names, found.codes], [['a-plain', 'a-superseded'], []]);
    await run('rm /etc/apt/preferences.d/pin');
  });

  test('are as old as the last update of the lists that succeeded', async () => {
    const before = (await updates()).updated;
    assert.equal(typeof before, 'string');
    await run('mv /srv/repo /srv/gone; sleep 1.1');
    const { exitCode } = await host.exec('apt-get -q update', { reject: false });
    assert.equal(exitCode, 100);
    const partial = await run('stat -c %Y /var/lib/apt/lists/partial');
    assert.ok(Number(partial) * 1000 > Date.parse(before ?? ''));
    assert.equal((await updates()).updated, before);
    await run('mv /srv/gone /srv/repo');
  });

  test('are unknown, not 0, where the lists were removed', async () => {
    await run('rm -rf /var/lib/apt/lists/*');
    const found = await updates();
    assert.deepEqual([found.count, found.names, found.updated], [null, undefined, null]);
    assert.deepEqual(found.codes, ['apt-lists-missing']);
  });
});
