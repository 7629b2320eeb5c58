import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { need } from '../support/need.ts';
import { checkHere, LOCAL, type PlayedHere } from './without-servers.ts';

/** Nothing is installed on this machine, so these plays come to their end with nothing to do. */
const ABSENT = { ...LOCAL, homelab_agent_state: 'absent' };
/** A port without a listener. */
const AWAY = { ansible_connection: 'ssh', ansible_host: '127.0.0.1', ansible_port: 1 };
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('site.yml', need('Ansible'), () => {
  let directory: string;

  /** An inventory of hosts with these variables. */
  async function inventory(hosts: Readonly<Record<string, object>>): Promise<string> {
    const file = join(directory, 'inventory.json');
    await writeFile(file, JSON.stringify({ all: { vars: ABSENT, hosts } }));
    return file;
  }
  /** Six hosts, of which some fail in preflight. */
  const failing = (...names: string[]): Promise<string> =>
    inventory(
      Object.fromEntries(
        NAMES.map(name => [name, names.includes(name) ? { homelab_agent_state: 'gone' } : {}]),
      ),
    );
  /** What preflight reads of a build. */
  async function fakeDist(): Promise<object> {
    const manifest = { version: '0.1.0', artifact: { sums: '' }, runtimes: {} };
    await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest));
    return { homelab_agent_dist_dir: directory };
  }
  /** Checks a play of this text. */
  async function own(file: string, play: object): Promise<PlayedHere> {
    const playbook = join(directory, 'own.json');
    await writeFile(playbook, JSON.stringify([{ hosts: 'all', gather_facts: false, ...play }]));
    return await checkHere(file, {}, [], playbook);
  }
  const batches = { homelab_agent_serial: '1,3,100%' };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'homelab-play-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('goes through the servers in the configured batches, past the failure of one', async () => {
    const { code, output, recap } = await checkHere(await failing('b'), batches);
    assert.equal(code, 2, output);
    const plays = output.split(/^PLAY \[.*$/m).slice(1);
    const answered = plays.map(play => [
      ...new Set([...play.matchAll(/^(?:ok|fatal): \[(\w)\]/gm)].map(([, name]) => name)),
    ]);
    assert.deepEqual(
      answered.map(names => names.sort()),
      [['a'], ['b', 'c', 'd'], ['e', 'f']],
    );
    assert.deepEqual(
      NAMES.filter(name => recap[name]?.failed === 0),
      ['a', 'c', 'd', 'e', 'f'],
    );
  });

  it('ends where more than half of a batch failed', async () => {
    const { code, output, recap } = await checkHere(await failing('b', 'c'), batches);
    assert.equal(code, 2, output);
    assert.deepEqual(Object.keys(recap).sort(), ['a', 'b', 'c', 'd']);
  });

  it('runs on all servers at once without batches', async () => {
    const { code, output } = await checkHere(await failing());
    assert.equal(code, 0, output);
    assert.equal(output.match(/^PLAY \[/gm)?.length, 1);
  });

  it('leaves out a server that may be off, and fails for another that is away', async () => {
    const off = { ...AWAY, homelab_agent_optional: true };
    const left = await checkHere(await inventory({ up: {}, off }));
    assert.equal(left.code, 0, left.output);
    assert.deepEqual([left.recap['off']?.failed, left.recap['off']?.unreachable], [0, 0]);
    const { code, recap } = await checkHere(await inventory({ up: {}, off, away: AWAY }));
    assert.equal(code, 4);
    assert.deepEqual([recap['away']?.unreachable, recap['off']?.unreachable], [1, 0]);
    assert.equal(recap['up']?.failed, 0);
    const rolled = await checkHere(await inventory({ off }), {}, [], 'rollback.yml');
    assert.equal(rolled.code, 0, rolled.output);
  });

  describe('an optional server', () => {
    /** In place of ssh; one that closes its input early has Ansible report a broken pipe and no reason. */
    async function fakeSsh(reason: string, before: string): Promise<Record<string, unknown>> {
      const file = join(await mkdtemp(join(directory, 'ssh-')), 'ssh');
      const script = `#!/bin/sh\n${before}\necho "${reason}" >&2\nexit 255\n`;
      await writeFile(file, script, { mode: 0o755 });
      return { ...AWAY, ansible_ssh_executable: file, homelab_agent_optional: true };
    }

    for (const [how, before] of [
      ['at once', ''],
      ['after its input broke', 'exec <&-; sleep 0.3'],
    ] as const) {
      it(`that refuses the login is unreachable, as it is not switched off, said ${how}`, async () => {
        const refused = await fakeSsh('root@nas: Permission denied (publickey).', before);
        const { code, output, recap } = await checkHere(await inventory({ up: {}, refused }));
        assert.equal(code, 4, output);
        assert.deepEqual([recap['up']?.failed, recap['refused']?.unreachable], [0, 1]);
        assert.match(output, /Permission\s+denied \(publickey\)/);
      });

      it(`that does not answer is left out, said ${how}`, async () => {
        const off = await fakeSsh('ssh: connect to host nas port 22: No route to host', before);
        const { code, output, recap } = await checkHere(await inventory({ up: {}, off }));
        assert.equal(code, 0, output);
        assert.equal(recap['off']?.unreachable, 0);
      });
    }
  });

  it('refuses servers that the hub would take for one, all before one is changed', async () => {
    const present = { homelab_agent_state: 'present' };
    const dist = await fakeDist();
    const hosts = { 'nas.lan': {}, nas_lan: {}, 'nas-lan': {}, other: {}, gone: ABSENT };
    const guid = '5F0C2F6E-9D3B-4C55-8F1E-0A6D3F7C1B2A';
    const file = await inventory({
      ...Object.fromEntries(Object.keys(hosts).map(name => [name, { ...dist, ...present }])),
      a: { ...dist, ...present, homelab_agent_server_guid: guid },
      b: { ...dist, ...present, homelab_agent_server_guid: guid.toLowerCase() },
      off: { homelab_agent_server_id: 'a' },
    });
    const { code, output, recap } = await checkHere(file, batches);
    assert.equal(code, 2, output);
    const text = output.replaceAll(/\s+/g, ' ');
    assert.ok(
      text.includes(
        'homelab_agent_server_id: Expected a different one for each host, found nas-lan for nas.lan, nas_lan, nas-lan, which the hub would take for one server: "homelab_agent_server_id: nas-lan-2" for nas_lan sets another',
      ),
      text,
    );
    assert.ok(
      text.includes(
        `homelab_agent_server_guid: Expected a different one for each host, found ${guid.toLowerCase()} for a, b, which the hub would take for one server: set another, or leave it out`,
      ),
      text,
    );
    assert.doesNotMatch(output, /TASK \[homelab_agent : Probe/);
    assert.deepEqual(Object.keys(recap), ['nas.lan']);
  });

  it('refuses misspelled variables where the agent is removed or rolled back, too', async () => {
    const file = await inventory({ a: {} });
    const wrong = { homelab_agent_pruge: true, homelab_agent_rollback_relase: 'x' };
    for (const playbook of ['site.yml', 'rollback.yml']) {
      const { code, output } = await checkHere(file, wrong, [], playbook);
      assert.equal(code, 2, output);
      assert.match(output, /homelab_agent_pruge: Unknown variable/);
      assert.match(output, /homelab_agent_rollback_relase: Unknown variable/);
    }
  });

  it('fails a server that is refused although errors of the role are ignored', async () => {
    const roles = [{ role: 'homelab_agent', ignore_errors: true, ignore_unreachable: true }];
    const dist = await fakeDist();
    const present = { ...dist, homelab_agent_state: 'present' };
    const file = await inventory({
      mode: { ...present, homelab_agent_mode: 'readwrit' },
      number: { ...present, homelab_agent_keep_releases: 1 },
      away: { ...present, ...AWAY },
    });
    const { output, recap } = await own(file, { roles });
    assert.deepEqual(
      Object.entries(recap).map(([name, { failed }]) => [name, failed]),
      [
        ['away', 1],
        ['mode', 1],
        ['number', 1],
      ],
      output,
    );
    assert.match(output, /homelab_agent_mode: Expected readonly or readwrite, found "readwrit"/);
    // Ansible reports a broken pipe, without ssh's reason, where ssh ends before the task is sent.
    const reasons = String.raw`(Connection\s+refused|Broken\s+pipe)`;
    assert.match(output, new RegExp(`Expected to be let in by the server, found [^']*${reasons}`));
    assert.doesNotMatch(output, /stdout_lines/);
  });

  it('refuses an empty value for a variable with a default, and accepts it for one without', async () => {
    const nothing = {
      homelab_agent_state: 'present',
      homelab_agent_server_id: null,
      homelab_agent_heartbeat_interval: null,
      homelab_agent_monitored_services: null,
      homelab_agent_gate_seconds: null,
      homelab_agent_optional: null,
      homelab_agent_ca_file: null,
    };
    const { code, output } = await checkHere(await inventory({ a: nothing }));
    assert.equal(code, 2, output);
    const refused = [...output.matchAll(/homelab_agent_(\w+): Expected a value, found nothing/g)];
    assert.deepEqual(refused.map(([, name]) => name).sort(), [
      'gate_seconds',
      'heartbeat_interval',
      'monitored_services',
      'optional',
      'server_id',
    ]);
  });
});
