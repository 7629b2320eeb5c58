import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { deploy, liveRelease, mainPid, pushJson } from '../../support/deploy.ts';
import { need } from '../../support/need.ts';
import { Running } from '../../support/running.ts';

/** A link on which a runtime takes half a minute. */
const SLOW_KBIT = 15_000;

describe('a push that does not get to its end', need('servers'), () => {
  let fleet: Fleet;
  let count = 0;
  const hosts = ['nas-1', 'pi-1'];

  before(async () => {
    fleet = await startFleet({ hosts });
    await fleet.startHub();
    assert.equal((await pushJson(fleet, '--all', '-i', await another())).code, 0);
  });
  after(async () => fleet?.stop());

  /** An inventory that no push has seen yet, so that it has something to do. */
  async function another(gateSeconds = 2): Promise<string> {
    const file = join(fleet.directory, `inventory-${++count}.yaml`);
    const vars = {
      homelab_agent_heartbeat_interval: 30 + count,
      homelab_agent_gate_seconds: gateSeconds,
    };
    await fleet.inventory(file, { vars });
    return file;
  }

  /** Waits until nothing of a push is at work on a host; the brackets keep pgrep from finding this command. */
  async function settled(host: string): Promise<void> {
    const working = 'pgrep -f "[i]nstall-agent|[h]omelab-deploy"';
    await fleet.host(host).exec(`while ${working}; do sleep 0.2; done`, { timeout: 90_000 });
  }

  async function assertConverges(inventory: string): Promise<void> {
    const { code, hosts: reports } = await pushJson(fleet, '--all', '-i', inventory);
    assert.equal(code, 0, JSON.stringify(reports));
    const again = await pushJson(fleet, '--all', '-i', inventory);
    assert.deepEqual(
      again.hosts.map(({ outcome }) => outcome),
      ['unchanged', 'unchanged'],
    );
    for (const host of hosts) {
      const { stdout } = await fleet
        .host(host)
        .exec('ls /opt; ls -d /opt/homelab-agent/activating || true');
      assert.doesNotMatch(stdout, /incoming|activating/);
    }
  }

  test('Ctrl-C lets the activation finish, skips the rest, says so, and exits with 130', async () => {
    const inventory = await another();
    const before = await liveRelease(fleet, 'pi-1');
    const run = new Running(fleet, 'push', '--all', '--forks', '1', '-i', inventory);
    await run.says(/^nas-1: activates$/m);
    run.kill('SIGINT');
    assert.deepEqual(await run.ended, { code: 130, signal: null });
    assert.match(run.stderr, /^Interrupted: what is being activated finishes/m);
    assert.match(run.stdout, /^nas-1 +changed /m);
    assert.match(run.stdout, /^pi-1 +skipped .* Interrupted before its turn$/m);
    assert.equal(await liveRelease(fleet, 'pi-1'), before);
    await assertConverges(inventory);
  });

  test('killed in the middle of an activation, the servers finish by themselves and the next push agrees', async () => {
    const inventory = await another();
    const run = new Running(fleet, 'push', '--all', '-i', inventory);
    await run.says(/^nas-1: activates$/m);
    run.kill('SIGKILL');
    await run.ended;
    for (const host of hosts) await settled(host);
    await assertConverges(inventory);
  });

  test('the link cut: in an activation the server finishes, in an upload nothing happens, and the push says which', async () => {
    await fleet
      .host('pi-1')
      .exec('/opt/homelab-agent/current/install-agent.sh --uninstall --purge');
    await fleet.host('pi-1').slowDown(SLOW_KBIT);
    const inventory = await another();
    const run = new Running(fleet, 'push', '--all', '-i', inventory);
    await run.says(/^nas-1: activates$/m);
    await Promise.all(fleet.hosts.map(host => host.unplug()));
    await run.says(/^nas-1: asks again over a new connection$/m);
    await fleet.host('nas-1').plug();
    assert.deepEqual(await run.ended, { code: 3, signal: null }, run.stdout + run.stderr);
    assert.match(run.stdout, /^nas-1 +changed /m);
    assert.match(run.stdout, /^pi-1 +unreachable /m);
    await fleet.host('pi-1').slowDown();
    await fleet.host('pi-1').plug();
    // The server cannot know yet that its half of the connection is dead: what arrived is still there.
    const listed = await fleet.host('pi-1').exec("ls -A -I 'homelab-agent.incoming.*' /opt");
    assert.equal(listed.stdout, '');
    await settled('pi-1');
    await assertConverges(inventory);
  });

  test('a power cut in the middle of an activation: the old or the new release runs, and the push reports which', async () => {
    const old = await liveRelease(fleet, 'nas-1');
    const inventory = await another();
    const run = new Running(fleet, 'push', 'nas-1', '-i', inventory);
    await run.says(/^nas-1: activates$/m);
    await sleep(1_000);
    // A host that is off sends no packet, and the controller learns of nothing.
    await fleet.host('nas-1').unplug();
    await fleet.host('nas-1').cut();
    await fleet.host('nas-1').plug();
    await fleet.host('nas-1').boot();
    await run.ended;
    await fleet
      .host('nas-1')
      .exec('timeout 60 sh -c "until systemctl is-active -q homelab-agent; do sleep 0.2; done"');
    const { hosts: check } = await pushJson(fleet, 'nas-1', '--check', '-i', inventory);
    const live = await liveRelease(fleet, 'nas-1');
    assert.ok([old, check[0]?.release].includes(live), live);
    assert.match(run.stdout, live === old ? /^nas-1 +rolled-back /m : /^nas-1 +changed /m);
    assert.notEqual(await mainPid(fleet, 'nas-1'), 0);
    await assertConverges(inventory);
  });

  test('two operators at once: one learns who holds the lock, and nothing is left half-done', async () => {
    // Long enough for the second to come while the first is at work.
    const inventory = await another(20);
    const first = new Running(fleet, 'push', 'nas-1', '-i', inventory);
    await first.says(/^nas-1: activates$/m);
    const other = await another();
    const second = await deploy(fleet, 'push', 'nas-1', '-i', other);
    assert.deepEqual(await first.ended, { code: 0, signal: null });
    assert.equal(second.exitCode, 1);
    assert.match(second.stdout, /Another installation is running: by \S+ since \S+/);
    await assertConverges(other);
  });

  test('the journal of the server says who pushed what, with which result', async () => {
    const { stdout } = await fleet.host('nas-1').exec('journalctl -t homelab-deploy -o cat');
    assert.match(stdout, /^result=changed release=\S+ before=\S+ by="\S+@\S+"$/m);
  });
});

describe('a server that does not let the operator become root', need('servers'), () => {
  test('fails with what to do, and nothing was done there', async () => {
    await using fleet = await startFleet({ hosts: ['nas-1'], sudo: 'none' });
    const inventory = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(inventory);
    const { code, hosts } = await pushJson(fleet, '--all', '-i', inventory);
    assert.equal(code, 1);
    assert.equal(hosts[0]?.outcome, 'failed');
    assert.match(hosts[0]?.reason ?? '', /sudo/);
  });
});
