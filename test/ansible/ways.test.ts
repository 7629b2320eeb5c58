import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { stringify } from 'yaml';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { pushJson } from '../support/deploy.ts';
import { need } from '../support/need.ts';
import { buildDist } from './dist.ts';
import { counts, type Played, play } from './playbook.ts';

const NAMES = ['nas-1', 'pi-1'];
/** A task of the person's own. */
const ANOTHER = { name: 'Another', 'ansible.builtin.debug': { msg: 'x' }, tags: 'another' };
const CHANGED = { 'nas-1': [1, 0], 'pi-1': [1, 0] };
const CLEAN = { 'nas-1': [0, 0], 'pi-1': [0, 0] };

describe('the role in a play of the person’s own', need('Ansible', 'servers'), () => {
  let fleet: Fleet;
  let dist: string;
  let inventory: string[];

  /** Runs a play of this text, written beside the inventory. */
  async function own(play_: object, ...args: string[]): Promise<Played> {
    const file = join(fleet.directory, 'own.yml');
    await writeFile(file, stringify([{ hosts: 'all', gather_facts: false, ...play_ }]));
    return await play(fleet, file, [...inventory, ...args]);
  }
  const tagged = { roles: [{ role: 'homelab_agent', tags: 'agent' }] };
  const plain = { roles: ['homelab_agent'] };
  /** A change of every server, to see that a way of running the role gets to its end. */
  const level = (name: string) => ({ vars: { homelab_agent_log_level: name } });

  before(async () => {
    fleet = await startFleet({ hosts: NAMES });
    await fleet.startHub();
    dist = join(fleet.directory, 'dist');
    await buildDist(dist);
    const file = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(file, {
      vars: { homelab_agent_dist_dir: dist, homelab_agent_gate_seconds: 1 },
    });
    inventory = ['-i', file];
  });
  after(async () => fleet?.stop());

  it('says that there is nothing to roll back on a server without a release', async () => {
    const played = await play(fleet, 'rollback.yml', inventory);
    assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [0, 1], 'pi-1': [0, 1] });
    assert.match(oneLine(played), /Expected an installed release, found no .*nothing to roll back/);
  });

  it('checks a new server by a tag that the role was given', async () => {
    const played = await own(tagged, '--tags', 'agent', '--check');
    assert.equal(played.code, 0, played.output);
    assert.ok(Object.values(played.recap).every(({ changed }) => changed > 0));
  });

  it('says which tag is missing if only the configuration is asked for on a new server', async () => {
    const played = await own(plain, '--tags', 'homelab_agent_configure');
    assert.equal(played.code, 2, played.output);
    assert.match(oneLine(played), /which the tag homelab_agent_install copies, found none/);
  });

  it('says that preflight cannot be left out by --skip-tags', async () => {
    const played = await own(plain, '--skip-tags', 'homelab_agent_preflight');
    assert.equal(played.code, 2, played.output);
    assert.match(oneLine(played), /answers of the first tasks of the role, found them skipped/);
    assert.deepEqual(counts(played, 'changed'), { 'nas-1': [0], 'pi-1': [0] });
  });

  it('does nothing where all of its tasks are skipped, or another tag is asked for', async () => {
    for (const args of [
      ['--skip-tags', 'homelab_agent'],
      ['--skip-tags', 'homelab_agent_install'],
      ['--skip-tags', 'agent'],
      ['--tags', 'another'],
    ]) {
      const played = await own({ ...tagged, post_tasks: [ANOTHER] }, ...args);
      assert.equal(played.code, 0, played.output);
      assert.deepEqual(counts(played, 'changed', 'failed'), CLEAN);
    }
  });

  it('installs from include_role with facts, a strategy, and registered names of the person’s own', async () => {
    const played = await own({
      gather_facts: true,
      strategy: 'free',
      tasks: [
        {
          name: 'Ask something',
          'ansible.builtin.command': 'true',
          changed_when: true,
          register: 'homelab_agent_result',
          notify: 'Later',
        },
        {
          name: 'Agent',
          'ansible.builtin.include_role': { name: 'homelab_agent', apply: { tags: ['agent'] } },
          tags: 'agent',
        },
        { name: 'After', 'ansible.builtin.debug': { msg: 'the task after the role' } },
      ],
      handlers: [{ name: 'Later', 'ansible.builtin.debug': { msg: 'the handler' } }],
    });
    assert.equal(played.code, 0, played.output);
    assert.match(played.output, /changed: release \d+\.\d+\.\d+-[0-9a-f]{8} \(before: none\)/);
    assert.ok(
      played.output.indexOf('the task after the role') < played.output.indexOf('the handler'),
      'the handlers of the play run at its end',
    );
    assert.deepEqual(counts(await own(tagged), 'changed', 'failed'), CLEAN);
    assert.deepEqual(
      counts(await own(tagged, '--tags', 'homelab_agent_verify'), 'changed', 'failed'),
      CLEAN,
    );
  });

  it('runs whole by a tag of its own, in batches, and with import_role', async () => {
    const ways: [object, ...string[]][] = [
      [{ ...tagged, serial: 1 }, '--tags', 'agent'],
      [{ tasks: [{ 'ansible.builtin.import_role': { name: 'homelab_agent' }, tags: 'agent' }] }],
      [{ roles: [{ role: 'homelab_agent', become: true }], gather_facts: true, become: true }],
      [plain, '--tags', 'homelab_agent_install,homelab_agent_configure'],
    ];
    for (const [index, [way, ...args]] of ways.entries()) {
      const played = await own({ ...way, ...level(index % 2 === 0 ? 'debug' : 'info') }, ...args);
      assert.deepEqual(counts(played, 'changed', 'failed'), CHANGED, played.output);
    }
    assert.deepEqual(counts(await own({ ...plain, ...level('info') }), 'changed', 'failed'), CLEAN);
  });

  it('runs whole from the task at which it was started, and says what is missing from a later one', async () => {
    const before_ = { pre_tasks: [{ ...ANOTHER, name: 'Before' }] };
    for (const [task, name] of [
      ['Before', 'debug'],
      ['homelab_agent : Probe the server', 'info'],
    ] as const) {
      const played = await own({ ...before_, ...plain, ...level(name) }, '--start-at-task', task);
      assert.deepEqual(counts(played, 'changed', 'failed'), CHANGED, played.output);
    }
    const late = 'homelab_agent : Install, update, verify or remove the agent';
    const played = await own({ ...plain, ...level('debug') }, '--start-at-task', late);
    assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [0, 1], 'pi-1': [0, 1] });
    assert.match(oneLine(played), /answers of the first tasks of the role, found them skipped/);
  });

  it('repairs the shell and the home of the agent’s user, as homelab-deploy does', async () => {
    const entry = 'getent passwd homelab-agent | cut -d: -f6-';
    const spoil =
      'systemctl stop homelab-agent; usermod -d /tmp -s /bin/sh homelab-agent; systemctl start homelab-agent';
    const repaired = '/var/lib/homelab-agent:/usr/sbin/nologin';
    for (const host of fleet.hosts) await host.exec(spoil);
    const played = await own(plain, '--limit', 'nas-1');
    assert.equal(played.code, 0, played.output);
    assert.equal((await fleet.host('nas-1').exec(entry)).stdout, repaired);
    const { code, hosts } = await pushJson(fleet, 'pi-1', '--dist', dist, ...inventory);
    assert.equal(code, 0, JSON.stringify(hosts));
    assert.equal((await fleet.host('pi-1').exec(entry)).stdout, repaired);
    assert.deepEqual(counts(await own(plain, '--check'), 'changed', 'failed'), CLEAN);
  });

  it('leaves files of an interrupted run to the next run of either tool', async () => {
    const left = '/opt/homelab-agent.incoming';
    for (const host of fleet.hosts) {
      await host.exec(`mkdir -m 0700 ${left}; touch -d '2 hours ago' ${left}`);
    }
    await own(plain, '--limit', 'nas-1');
    const { hosts } = await pushJson(fleet, 'pi-1', '--dist', dist, ...inventory);
    assert.deepEqual(
      hosts.map(({ outcome }) => outcome),
      ['changed'],
    );
    for (const host of fleet.hosts) await host.exec(`[ ! -e ${left} ]`);
  });

  it('says in check mode what a rollback would do, and does not do it', async () => {
    await own({ ...plain, vars: { homelab_agent_backfill: 5 } });
    const live = 'readlink /opt/homelab-agent/current';
    const before_ = (await fleet.host('nas-1').exec(live)).stdout;
    const checked = await play(fleet, 'rollback.yml', [...inventory, '--check']);
    assert.deepEqual(counts(checked, 'changed', 'failed'), { 'nas-1': [1, 0], 'pi-1': [1, 0] });
    assert.equal((await fleet.host('nas-1').exec(live)).stdout, before_);
    const refused = await play(fleet, 'rollback.yml', [
      ...inventory,
      '-e',
      'homelab_agent_rollback_release=0.0.1-00000000',
    ]);
    assert.deepEqual(counts(refused, 'changed', 'failed'), { 'nas-1': [0, 1], 'pi-1': [0, 1] });
    assert.match(oneLine(refused), /No release 0\.0\.1-00000000 on this server/);
  });
});

/** The output without the places where Ansible wraps long messages. */
function oneLine({ output }: Played): string {
  return output.replaceAll(/\s+/g, ' ');
}
