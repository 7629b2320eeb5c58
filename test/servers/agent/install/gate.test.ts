import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { need } from '../../../support/need.ts';
import { RUNTIME } from './installer.ts';
import { type Outcome, Rig, type State } from './rig.ts';

suite('the gate of install-agent.sh', need('servers'), () => {
  let rig: Rig;
  let good: State;

  before(async () => {
    rig = await Rig.start();
    await rig.installer('0.3.0', 'dies at once');
    // 90 s to become ready would make a slow test.
    await rig.host.exec('mkdir -p /etc/systemd/system/homelab-agent.service.d');
    await rig.write(
      '/etc/systemd/system/homelab-agent.service.d/test.conf',
      '[Service]\nTimeoutStartSec=4\n',
    );
  });
  after(() => rig?.stop());

  test('leaves nothing live where a first installation does not become ready', async () => {
    const { exitCode, lines, stderr } = await rig.install('0.3.0', '--config /root/a.yaml');
    assert.equal(exitCode, 1);
    assert.equal(lines.at(-1), 'result: failed');
    assert.match(stderr, /It did not become ready \(exit-code, status 1\)/);
    assert.match(stderr, /There was no release before it/);
    const { current, config, unit, active, enabled } = await rig.state();
    const nothing = 'e3b0c44298fc';
    assert.deepEqual([current, config, unit], ['', nothing, nothing]);
    assert.ok(active === 'inactive' && enabled !== 'enabled', `${active} ${enabled}`);
  });

  /** Rolled back: exit 1, the reason and the journal on the screen, and every part of the old state as it was. */
  async function assertRolledBack(outcome: Outcome, reason: RegExp) {
    const screen = `${outcome.lines.join('\n')}\n${outcome.stderr}`;
    assert.equal(outcome.exitCode, 1, screen);
    assert.equal(outcome.lines.at(-1), 'result: rolled-back', screen);
    assert.match(outcome.stderr, reason);
    assert.match(outcome.stderr, new RegExp(`Rolled back: ${good.current} runs`));
    assert.deepEqual(await rig.state(), good);
    const left = await rig.host.exec(
      'ls -A /etc/homelab-agent; ls -A /etc/systemd/system | grep homelab; ls -A /opt/homelab-agent; pgrep -f -- "--[g]uard"',
      { reject: false },
    );
    assert.equal(
      left.stdout.replace(/previous\n/, ''),
      'config.yaml\nhomelab-agent.service\nhomelab-agent.service.d\ncurrent\nreleases\nruntime',
    );
  }

  test('restores everything if the new release dies at once, and shows why', async () => {
    await rig.mustInstall('0.1.0', '--config /root/a.yaml');
    await rig.mustInstall('0.2.0');
    good = await rig.state();
    const outcome = await rig.install('0.3.0', '--config /root/b.yaml');
    await assertRolledBack(outcome, /0\.3\.0-\S+: It did not become ready/);
    const journal = outcome.lines.filter(line => line.startsWith('journal: ')).join('\n');
    assert.match(journal, /Error: This release cannot start/);
    assert.doesNotMatch(journal, /Started/);
  });

  test('restores everything if it becomes ready and dies after three seconds', async () => {
    await rig.installer('0.4.0', 'dies after 3 s');
    const script = await rig.installer('0.4.0');
    const outcome = await rig.run(`${script} --config /root/b.yaml --gate 5`);
    await assertRolledBack(outcome, /became ready, then ended within 5 s \(exit-code, status 7\)/);
    assert.ok(outcome.lines.includes('journal: Died of a fault after three seconds'));
  });

  test('restores everything if it never becomes ready', async () => {
    await rig.installer('0.5.0', 'never ready');
    await assertRolledBack(await rig.install('0.5.0'), /did not become ready \(timeout/);
  });

  test('restores everything if what runs is not the new release', async () => {
    await rig.installer('0.6.0', 'speaks of another release');
    await assertRolledBack(await rig.install('0.6.0'), /does not say so: release another/);
  });

  test("waits for the hub with --require-beat, and reports the hub's answer", async () => {
    await rig.installer('0.7.0', 'never beats');
    const script = await rig.installer('0.7.0');
    const outcome = await rig.run(`${script} --gate 1 --require-beat`, {
      HOMELAB_AGENT_BEAT_WAIT: '2',
    });
    await assertRolledBack(outcome, /accepted no beat within 2 s: 401: "wrong key"\. Set api_key/);
    assert.equal((await rig.run(`${script} --gate 1`)).exitCode, 0);
    await rig.run(`${script} --rollback ${good.current} --gate 1`);
    await rig.run(`${await rig.installer('0.1.0')} --config /root/a.yaml --gate 1`);
    await rig.run(`${await rig.installer('0.2.0')} --gate 1 --require-beat`);
    assert.equal((await rig.state()).running, good.running);
    good = await rig.state();
  });

  test('does not wait with --require-beat for what the hub refuses, and gives its whole reason', async () => {
    const script = await rig.installer('0.7.1', 'is refused');
    const outcome = await rig.run(`${script} --gate 1 --require-beat`, {
      // Longer than the time that this test has.
      HOMELAB_AGENT_BEAT_WAIT: '900',
    });
    await assertRolledBack(outcome, /the hub refuses its beats: 401: "wrong key"\. Set api_key/);
  });

  test('puts a configuration edited by hand before a failed push back as it was edited', async () => {
    await rig.write('/etc/homelab-agent/config.yaml', 'hub_url: "http://mine"\n');
    const edited = await rig.state();
    const outcome = await rig.install('0.3.0', '--config /root/b.yaml');
    assert.equal(outcome.lines.at(-1), 'result: rolled-back');
    assert.deepEqual(await rig.state(), { ...edited, running: good.running });
    assert.equal(
      (await rig.host.exec('cat /etc/homelab-agent/config.yaml')).stdout,
      'hub_url: "http://mine"',
    );
    await rig.install('0.2.0', '--config /root/a.yaml');
    good = await rig.state();
  });

  test('restores what the old release ran with if the file was replaced before the run', async () => {
    // As Ansible does: configuration and unit are in place when the script begins.
    await rig.write('/etc/homelab-agent/config.yaml', 'hub_url: "http://b"\n');
    const outcome = await rig.install('0.3.0');
    await assertRolledBack(outcome, /did not become ready/);
  });

  test('calls a rollback that fails what it is, and stays with the release that runs', async () => {
    const broken = await rig.host.exec('ls /opt/homelab-agent/releases | grep 0.3.0 | head -n 1');
    const outcome = await rig.run(
      `/opt/homelab-agent/current/install-agent.sh --rollback ${broken.stdout} --gate 1`,
    );
    await assertRolledBack(outcome, /did not become ready/);
  });

  test('touches nothing where the new release cannot even check a configuration', async () => {
    const found = await rig.fingerprint();
    await rig.installer('0.8.0', 'cannot check');
    const outcome = await rig.install('0.8.0');
    assert.deepEqual([outcome.exitCode, outcome.lines.at(-1)], [1, 'result: failed']);
    assert.match(
      outcome.stderr,
      /cannot even check a configuration, so nothing was touched: .*SyntaxError/s,
    );
    assert.equal(await rig.fingerprint(), found);
  });

  test('says that the old release does not start either, and leaves the old files in place', async () => {
    await rig.host.exec(
      `mv /opt/homelab-agent/runtime/${RUNTIME}/bin/node /root/node-kept; printf "#!/bin/sh\\nexit 9\\n" >/opt/homelab-agent/runtime/${RUNTIME}/bin/node`,
    );
    await rig.host.exec('chmod +x /opt/homelab-agent/runtime/*/bin/node');
    const outcome = await rig.run(
      '/opt/homelab-agent/current/install-agent.sh --rollback --gate 1',
    );
    assert.deepEqual([outcome.exitCode, outcome.lines.at(-1)], [1, 'result: failed']);
    assert.match(outcome.stderr, /Rolled back: .*, but it does not start either/);
    const { current, config, unit } = await rig.state();
    assert.deepEqual([current, config, unit], [good.current, good.config, good.unit]);
    await rig.host.exec(`mv /root/node-kept /opt/homelab-agent/runtime/${RUNTIME}/bin/node`);
    // Without a restart by hand: a service that is fixed comes back by itself.
    for (let tries = 0; tries < 30 && (await rig.state()).active !== 'active'; tries++) {
      await rig.host.exec('sleep 1');
    }
    assert.equal((await rig.state()).active, 'active');
  });
});
