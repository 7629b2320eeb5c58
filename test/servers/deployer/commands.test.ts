import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { deploy, deployArgv, liveRelease, mainPid, pushJson } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';
import { Running } from '../../support/running.ts';
import { onTerminal, seen } from '../../support/terminal.ts';
import { stubDist } from './stub-dist.ts';

describe('the commands around a push, on real servers', need('servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let inventory: string;
  let state: string;
  const names = ['nas-1', 'nas-2', 'pi-1'];

  before(async () => {
    fleet = await startFleet({ hosts: names });
    hub = await fleet.startHub();
    inventory = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(inventory, { vars: { homelab_agent_gate_seconds: 1 } });
    state = process.env['XDG_STATE_HOME'] ?? '';
    process.env['XDG_STATE_HOME'] = await mkdtemp(join(fleet.directory, 'state-'));
  });
  after(async () => {
    if (state === '') delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = state;
    await fleet?.stop();
  });

  async function dist(version: string, behaviour: 'good' | 'dies after 3 s'): Promise<string> {
    const directory = await mkdtemp(join(fleet.directory, 'dist-'));
    await stubDist(directory, version, behaviour);
    return directory;
  }

  test('doctor finds nothing in the way of a first push', async () => {
    const { stdout, exitCode } = await deploy(fleet, 'doctor', '-i', inventory);
    assert.match(stdout, /^This machine$/m);
    assert.match(stdout, /^Servers\n {2}pass {2}Every check: nas-1, nas-2, pi-1$/m);
    assert.match(stdout, /^Ready to push$/m);
    assert.equal(exitCode, 0);
    const one = await deploy(fleet, 'doctor', 'pi-1', '-i', inventory);
    assert.match(one.stdout, /^pi-1\n {2}pass {2}Name, reach, host key, login and sudo$/m);
    assert.match(one.stdout, /The hub's port \(\S+:8080\) answers from there$/m);
  });

  test('verify proves that the hub receives heartbeats from every server, once it does', async () => {
    const before = await deploy(fleet, 'verify', '-i', inventory);
    assert.equal(before.exitCode, 1);
    assert.match(before.stdout, /^nas-1 +NO +the hub knows no server "nas-1"$/m);
    assert.equal((await pushJson(fleet, '--all', '-i', inventory)).code, 0);
    const { exitCode, stdout } = await deploy(fleet, 'verify', '--wait', '90', '-i', inventory);
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /^The hub receives heartbeats from 3 of 3$/m);
  });

  test('verify and status say what the hub says', async () => {
    const wrong = join(fleet.directory, 'wrong-key.yaml');
    await fleet.inventory(wrong, { vars: { homelab_agent_api_key: 'another-key' } });
    const refused = await deploy(fleet, 'verify', '-i', wrong);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stdout, /does not accept homelab_agent_api_key/);
    const { stdout } = await deploy(fleet, 'status', '-i', inventory);
    assert.match(
      stdout,
      /^SERVER +AGENT +RELEASE +LAST BEAT +HUB +CPU +MEM +DISK +UPDATES +LOAD +UP +RUNS FOR$/m,
    );
    assert.match(
      stdout,
      /^pi-1 +beating +0\.\d+\.\d+-[0-9a-f]{8} +\d+ (s|min) ago +online +\d+ % +\d+ % +\d+ % /m,
    );
  });

  test('a canary that dies is rolled back, and the others are not touched', async () => {
    const pids = await Promise.all(names.map(name => mainPid(fleet, name)));
    const bad = await dist('0.5.0', 'dies after 3 s');
    const slow = join(fleet.directory, 'gate.yaml');
    await fleet.inventory(slow, { vars: { homelab_agent_gate_seconds: 5 } });
    const args = ['--all', '--serial', '1,100%', '--dist', bad, '-i', slow];
    const { exitCode, stdout } = await deploy(fleet, 'push', ...args);
    assert.equal(exitCode, 1);
    assert.match(stdout, /^nas-1 +rolled-back .*ended within 5 s/m);
    assert.match(stdout, /^nas-2 +skipped .*Skipped: nas-1 failed \(limit 0\)$/m);
    assert.match(stdout, /^3 servers: 1 rolled-back, 2 skipped$/m);
    const after = await Promise.all(names.map(name => mainPid(fleet, name)));
    assert.deepEqual(after.slice(1), pids.slice(1));
  });

  test('--failed selects the hosts that failed last time', async () => {
    await fleet.host('pi-1').cut();
    assert.equal((await pushJson(fleet, '--all', '-i', inventory)).code, 3);
    await fleet.host('pi-1').boot();
    const { hosts, code } = await pushJson(fleet, '--failed', '-i', inventory);
    assert.equal(code, 0);
    assert.deepEqual(
      hosts.map(({ host }) => host),
      ['pi-1'],
    );
    const none = await deploy(fleet, 'push', '--failed', '-i', inventory);
    assert.equal(none.exitCode, 0);
    assert.equal(none.stderr, 'No server failed in the last push');
  });

  test('--limit keeps only those of the chosen servers that match', async () => {
    const args = ['nas', '--limit', '*-2,pi-1', '--check', '-i', inventory];
    const { hosts } = await pushJson(fleet, ...args);
    assert.deepEqual(
      hosts.map(({ host }) => host),
      ['nas-2'],
    );
  });

  test('rollback brings the release before back, or the one that is named', async () => {
    const first = await liveRelease(fleet, 'nas-2');
    const good = await dist('0.6.0', 'good');
    assert.equal((await pushJson(fleet, 'nas-2', '--dist', good, '-i', inventory)).code, 0);
    const second = await liveRelease(fleet, 'nas-2');
    const listed = await deploy(fleet, 'releases', 'nas-2', '-i', inventory);
    assert.match(listed.stdout, new RegExp(`^nas-2 +${second} +current +20`, 'm'));
    assert.match(listed.stdout, new RegExp(`^nas-2 +${first} +previous +20`, 'm'));

    const refused = await deploy(fleet, 'rollback', 'nas-2', '-i', inventory);
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /Not a terminal, pass --yes/);

    const rollback = deployArgv(['rollback', 'nas-2', '-i', inventory]);
    const asked = await onTerminal(fleet, rollback, { answers: [[/\[y\/N\] $/, 'n']] });
    assert.equal(asked.code, 130);
    assert.match(
      seen(asked.raw),
      new RegExp(
        `^nas-2: release ${first} \\(before: ${second}\\)[^]*^1 changes\nRoll back nas-2 to the release before\\? \\[y/N\\] n$`,
        'm',
      ),
    );
    assert.equal(await liveRelease(fleet, 'nas-2'), second);

    const back = await deploy(fleet, 'rollback', 'nas-2', '--yes', '-i', inventory);
    assert.equal(back.exitCode, 0, back.stdout);
    assert.match(
      back.stdout,
      new RegExp(`^nas-2 +changed .* ${first} \\(before: ${second}\\)$`, 'm'),
    );
    assert.equal(await liveRelease(fleet, 'nas-2'), first);
    const to = ['--to', second, '--yes', '-i', inventory];
    assert.equal((await deploy(fleet, 'rollback', 'nas-2', ...to)).exitCode, 0);
    assert.equal(await liveRelease(fleet, 'nas-2'), second);
    const unknown = ['--to', '9.9.9-00000000', '--yes', '-i', inventory];
    const missing = await deploy(fleet, 'rollback', 'nas-2', ...unknown);
    assert.equal(missing.exitCode, 1);
    assert.match(missing.stdout, /No release 9\.9\.9-00000000 on this server/);
    assert.equal((await pushJson(fleet, 'nas-2', '-i', inventory)).hosts[0]?.release, first);
  });

  test('logs shows the journal, of several servers with the server in front, and follows until Ctrl-C', async () => {
    const one = await deploy(fleet, 'logs', 'nas-1', '-n', '500', '-i', inventory);
    assert.match(one.stdout, /Agent started version=/);
    const several = await deploy(fleet, 'logs', '--all', '--deploys', '-i', inventory);
    for (const name of names)
      assert.match(several.stdout, new RegExp(`^${name} +20.*result=changed`, 'm'));
    const follow = new Running(fleet, 'logs', '-f', 'nas-1', '-n', '1', '-i', inventory);
    await follow.prints(/./);
    await fleet.host('nas-1').exec('systemctl restart homelab-agent');
    await follow.prints(/Agent stopped.*Agent started/s);
    follow.kill('SIGINT');
    assert.deepEqual(await follow.ended, { code: 0, signal: null });
  });

  test('OpenSSH as the transport does a push just the same', async () => {
    const args = ['--all', '--transport', 'openssh', '-i', inventory];
    const { code, hosts } = await pushJson(fleet, ...args);
    assert.equal(code, 0, JSON.stringify(hosts));
    assert.ok(hosts.every(({ outcome }) => outcome === 'unchanged'));
    const changed = join(fleet.directory, 'openssh.yaml');
    await fleet.inventory(changed, {
      vars: { homelab_agent_backfill: 10, homelab_agent_gate_seconds: 1 },
    });
    const again = await pushJson(fleet, 'nas-1', '--transport', 'openssh', '-i', changed);
    assert.equal(again.hosts[0]?.outcome, 'changed', again.hosts[0]?.reason ?? '');
  });

  test('uninstall removes the agent; --purge all that it left; a second run finds nothing', async () => {
    const { exitCode } = await deploy(fleet, 'uninstall', 'pi-1', '--yes', '-i', inventory);
    assert.equal(exitCode, 0);
    const host = fleet.host('pi-1');
    assert.equal((await host.exec('ls /etc/homelab-agent')).stdout, 'config.yaml');
    assert.match(
      (await host.exec('systemctl show -p LoadState homelab-agent')).stdout,
      /not-found/,
    );
    const check = await deploy(fleet, 'uninstall', 'nas-1', '--check', '-i', inventory);
    const current = await liveRelease(fleet, 'nas-1');
    assert.match(check.stdout, new RegExp(`^ {4}agent ${current} removed$`, 'm'));
    const purge = ['uninstall', 'pi-1', '--purge', '--yes', '-i', inventory];
    assert.match((await deploy(fleet, ...purge)).stdout, /^pi-1 +changed /m);
    const left = await host.exec(
      'ls -d /opt/homelab-agent /etc/homelab-agent /var/lib/homelab-agent 2>/dev/null; getent passwd homelab-agent; true',
    );
    assert.equal(left.stdout, '');
    assert.match((await deploy(fleet, ...purge)).stdout, /^pi-1 +unchanged /m);
    const after = await deploy(fleet, 'status', '-i', inventory);
    assert.equal(after.exitCode, 1);
    assert.match(after.stdout, /^pi-1 +not installed /m);
  });

  test('push takes over from a Python agent under the same name, and rollback brings it back', async () => {
    const host = fleet.host('pi-1');
    await host.exec(`
      mkdir -p /opt/homelab-agent /etc/homelab-agent
      printf '#!/bin/sh\\nexec sleep infinity\\n' >/opt/homelab-agent/homelab-agent.py
      chmod 755 /opt/homelab-agent/homelab-agent.py
      printf 'hub_url: "http://old"\\nserver_id: pi-1\\napi_key: old\\nserver_guid: "6f1d4c0e-2f5b-4a57-9d1e-0a1b2c3d4e5f"\\n' >/etc/homelab-agent/config.yaml
      printf '[Service]\\nExecStart=/opt/homelab-agent/homelab-agent.py\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/homelab-agent.service
      systemctl daemon-reload; systemctl enable --now homelab-agent`);
    // The hub knows the server by the GUID of the agent that this test has uninstalled.
    await hub.api('DELETE', '/servers/pi-1');
    const { code, hosts } = await pushJson(fleet, 'pi-1', '-i', inventory);
    assert.equal(code, 0, JSON.stringify(hosts));
    assert.equal(hosts[0]?.steps[0]?.what, 'takeover');
    const { stdout: state } = await host.exec('cat /run/homelab-agent/status.json');
    assert.equal(JSON.parse(state).release, hosts[0]?.release);
    const back = await deploy(fleet, 'rollback', 'pi-1', '--yes', '-i', inventory);
    assert.equal(back.exitCode, 0, back.stdout);
    const { stdout } = await host.exec(
      'systemctl is-active homelab-agent; cat /etc/homelab-agent/config.yaml; ls /opt/homelab-agent/homelab-agent.py',
    );
    assert.match(stdout, /^active\nhub_url: "http:\/\/old"/);
  });
});
