import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
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
const LEFT = '/opt/homelab-agent.incoming';
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

  it('says that there is nothing to roll back on a server without a release, and ends after a batch', async () => {
    const one = ['-e', 'homelab_agent_serial=1', '-e', 'homelab_agent_rollback_release='];
    const played = await play(fleet, 'rollback.yml', [...inventory, ...one]);
    assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [0, 1] });
    assert.match(oneLine(played), /Expected an installed release, found no .*nothing to roll back/);
  });

  it('checks a new server by a tag that the role was given', async () => {
    const played = await own(tagged, '--tags', 'agent', '--check');
    assert.equal(played.code, 0, played.output);
    assert.ok(Object.values(played.recap).every(({ changed }) => changed > 0));
  });

  it('says which tag is missing if only one half of a release is asked for on a new server', async () => {
    for (const [tag, other, ...mode] of [
      ['configure', 'install'],
      ['configure', 'install', '--check'],
      ['install', 'configure'],
    ] as const) {
      const played = await own(plain, '--tags', `homelab_agent_${tag}`, ...mode);
      assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [0, 1], 'pi-1': [0, 1] });
      const said = `Expected what the tag homelab_agent_${other} brings on this server, found nothing`;
      assert.ok(oneLine(played).includes(said), played.output);
      for (const host of fleet.hosts) await host.exec(`[ ! -e ${LEFT} ]`);
    }
  });

  it('ends after a batch of which copying failed, and leaves nothing that was copied', async () => {
    const broken = join(fleet.directory, 'broken');
    await mkdir(broken);
    await copyFile(join(dist, 'manifest.json'), join(broken, 'manifest.json'));
    const batches = { serial: 1, max_fail_percentage: 50 };
    const played = await own({ ...plain, ...batches, vars: { homelab_agent_dist_dir: broken } });
    assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [0, 1] });
    assert.match(oneLine(played), /Nothing was changed: the failed task above says why/);
    await fleet.host('nas-1').exec(`[ ! -e ${LEFT} ]`);
  });

  it('refuses check mode of a play or a role, which no variable tells it of', async () => {
    const played = await own({ ...plain, check_mode: true });
    assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [0, 1], 'pi-1': [0, 1] });
    assert.match(oneLine(played), /Expected check mode by --check alone, found check_mode on/);
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
    const other = { ...plain, ...level('error') };
    const verified = await own(other, '--tags', 'homelab_agent_verify');
    assert.deepEqual(counts(verified, 'changed', 'failed'), { 'nas-1': [0, 1], 'pi-1': [0, 1] });
    assert.match(
      oneLine(verified),
      /Expected the release \S+, which inventory and build make, found/,
    );
    const checked = await own(other, '--tags', 'homelab_agent_install', '--check');
    assert.deepEqual(counts(checked, 'changed', 'failed'), CLEAN, checked.output);
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
      // Past the check of the variables, what is not clearly false still hides the configuration.
      const unclear = { homelab_agent_secure_logging: 'y', homelab_agent_mask_diff: 'y' };
      const vars = { ...level(name).vars, ...(task === 'Before' ? {} : unclear) };
      const args = ['--diff', '--start-at-task', task];
      const played = await own({ ...before_, ...plain, vars }, ...args);
      assert.deepEqual(counts(played, 'changed', 'failed'), CHANGED, played.output);
      assert.doesNotMatch(played.output, /api_key:/);
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
    for (const host of fleet.hosts) {
      await host.exec(`mkdir -m 0700 ${LEFT}; touch -d '2 hours ago' ${LEFT}`);
    }
    // Also where the role activates a release before, in the same run.
    const again = [
      { 'ansible.builtin.file': { path: LEFT, state: 'directory', mode: '0700' }, become: true },
      { 'ansible.builtin.import_role': { name: 'homelab_agent' } },
    ];
    const twice = { ...plain, ...level('warning'), tasks: again };
    const played = await own(twice, '--limit', 'nas-1');
    assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [3, 0] }, played.output);
    const { hosts } = await pushJson(fleet, 'pi-1', '--dist', dist, ...inventory);
    assert.deepEqual(
      hosts.map(({ outcome }) => outcome),
      ['changed'],
    );
    for (const host of fleet.hosts) await host.exec(`[ ! -e ${LEFT} ]`);
  });

  it('says in check mode what a rollback would do, and does not do it', async () => {
    await own({ ...plain, vars: { homelab_agent_backfill: 5 } });
    const live = 'readlink /opt/homelab-agent/current';
    const before_ = (await fleet.host('nas-1').exec(live)).stdout;
    const checked = await play(fleet, 'rollback.yml', [...inventory, '--check']);
    assert.deepEqual(counts(checked, 'changed', 'failed'), { 'nas-1': [1, 0], 'pi-1': [1, 0] });
    assert.equal((await fleet.host('nas-1').exec(live)).stdout, before_);
    const rollback = { name: 'homelab_agent', tasks_from: 'rollback' };
    const tasks = [{ 'ansible.builtin.import_role': rollback, check_mode: true }];
    assert.match(oneLine(await own({ tasks })), /Expected check mode by --check alone/);
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
