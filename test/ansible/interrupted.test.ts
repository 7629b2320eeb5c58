import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { pushJson } from '../support/deploy.ts';
import { need } from '../support/need.ts';
import { buildDist } from './dist.ts';
import { counts, play } from './playbook.ts';
import { ANSIBLE } from './role.ts';

const NAMES = ['nas-1', 'pi-1'];
const CLEAN = { 'nas-1': [0, 0], 'pi-1': [0, 0] };
/** A link on which a runtime takes half a minute. */
const SLOW_KBIT = 15_000;
const LEFT = 'ls -d /opt/homelab-agent.incoming /opt/homelab-agent/activating 2>/dev/null || true';

describe('a play that is interrupted', need('Ansible', 'servers'), () => {
  let fleet: Fleet;
  let dist: string;
  let inventory: string[];

  before(async () => {
    fleet = await startFleet({ hosts: NAMES });
    dist = join(fleet.directory, 'dist');
    await buildDist(dist);
    const file = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(file, { vars: { homelab_agent_dist_dir: dist } });
    inventory = ['-i', file];
  });
  after(async () => fleet?.stop());

  /** Runs site.yml until each server has come so far, then kills all of its processes. */
  async function killOnce(command: string, ...args: string[]): Promise<void> {
    const argv = fleet.argv(['ansible-playbook', ...inventory, ...args, 'site.yml']);
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      cwd: ANSIBLE,
      env: { ...process.env, ANSIBLE_CONFIG: `${ANSIBLE}/ansible.cfg` },
      stdio: 'ignore',
      detached: true,
    });
    const waiting = `timeout 120 sh -c 'until ${command}; do sleep 0.1; done'`;
    await Promise.all(fleet.hosts.map(host => host.exec(waiting)));
    assert.ok(child.pid !== undefined && child.exitCode === null);
    const ended = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await ended;
  }

  /** The next run of either tool, the role on nas-1 and homelab-deploy on pi-1; nothing is left, nor to do. */
  async function assertConverges(...args: string[]): Promise<void> {
    const all = [...inventory, ...args];
    const played = await play(fleet, 'site.yml', [...all, '--limit', 'nas-1']);
    assert.equal(played.code, 0, played.output);
    const pushed = await pushJson(fleet, 'pi-1', '--no-hub', '--dist', dist, ...all);
    assert.equal(pushed.code, 0, JSON.stringify(pushed.hosts));
    for (const host of fleet.hosts) assert.equal((await host.exec(LEFT)).stdout, '');
    const again = await play(fleet, 'site.yml', all);
    assert.deepEqual(counts(again, 'changed', 'failed'), CLEAN, again.output);
  }

  it('by another installation, says that what it had copied was removed, at whatever moment', async () => {
    const at = '/opt/homelab-agent.incoming';
    const moments = { 'nas-1': '[ -d . ]', 'pi-1': '[ -f config.yaml ]' };
    const removed = Object.entries(moments).map(([name, moment]) =>
      fleet
        .host(name)
        .exec(`until cd ${at} 2>/dev/null && ${moment}; do cd /; sleep 0.02; done; rm -rf ${at}`),
    );
    const played = await play(fleet, 'site.yml', inventory);
    await Promise.all(removed);
    assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [0, 1], 'pi-1': [0, 1] });
    const said = /Another installation ended .*\s+for this one: run this again/g;
    assert.equal(played.output.match(said)?.length, 2, played.output);
  });

  it('by a kill while it copies, leaves nothing that the next run of either tool does not remove', async () => {
    for (const host of fleet.hosts) await host.slowDown(SLOW_KBIT);
    await killOnce('[ -d /opt/homelab-agent.incoming ]');
    for (const host of fleet.hosts) await host.slowDown();
    for (const host of fleet.hosts) assert.notEqual((await host.exec(LEFT)).stdout, '');
    await assertConverges();
  });

  it('by a kill while a release is activated, lets the servers finish and leaves nothing there', async () => {
    const debug = ['-e', '{"homelab_agent_log_level":"debug","homelab_agent_gate_seconds":5}'];
    await killOnce('[ -d /opt/homelab-agent/activating ]', ...debug);
    const working = 'pgrep -f "[i]nstall-agent"';
    for (const host of fleet.hosts) {
      await host.exec(`while ${working}; do sleep 0.2; done`, { timeout: 90_000 });
      assert.equal((await host.exec(LEFT)).stdout, '');
    }
    const again = await play(fleet, 'site.yml', [...inventory, ...debug]);
    assert.deepEqual(counts(again, 'changed', 'failed'), CLEAN, again.output);
  });
});
