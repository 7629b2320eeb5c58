import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { execa } from 'execa';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { deployArgv, mainPid, pushJson } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { refusalsOf } from '../../support/hub-validation.ts';
import { need } from '../../support/need.ts';

/** A Raspberry Pi as far as a program can tell: every instruction on it is arm64, and emulated. */
suite('a push to an arm64 server', need('servers', 'arm64 servers'), () => {
  const name = 'pi-1';
  let fleet: Fleet;
  let hub: HubClient;
  let inventory: string;
  const dist = mkdtempSync(join(tmpdir(), 'arm64-dist-'));

  before(async () => {
    // Here, where npm reaches its registry: the fleet's network leads nowhere.
    const [node = '', ...build] = deployArgv(['build', '--arch', 'arm64', '--out', dist]);
    await execa(node, build, { stdin: 'ignore' });
    fleet = await startFleet({ hosts: [name], withoutPython: [name], arch: 'arm64' });
    hub = await fleet.startHub();
    inventory = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(inventory);
  });
  after(async () => {
    await fleet?.stop();
    await rm(dist, { recursive: true, force: true });
  });

  test('brings it to beating, as the architecture that it is', async () => {
    const { code, hosts } = await pushJson(fleet, '--all', '-i', inventory);
    assert.equal(code, 0, JSON.stringify(hosts));
    const [beat] = await hub.waitForBeats([name], { timeoutMs: 120_000 });
    assert.ok(beat);
    assert.deepEqual(refusalsOf(beat.body), []);
    const { architecture } = beat.body['os_info'] as { architecture: string };
    assert.equal(architecture, 'aarch64');
    const { cpu_cores } = beat.body['cpu_info'] as { cpu_cores: number };
    assert.ok(cpu_cores >= 1, `${cpu_cores} cores`);
  });

  test('runs the official Node for arm64', async () => {
    const { stdout } = await fleet
      .host(name)
      .exec('readlink -f /opt/homelab-agent/current/node; dpkg --print-architecture');
    assert.match(stdout, /node-v[\d.]+-linux-arm64\/bin\/node\narm64$/);
  });

  test('changes nothing the second time', async () => {
    const pid = await mainPid(fleet, name);
    const { hosts } = await pushJson(fleet, '--all', '-i', inventory);
    assert.equal(hosts[0]?.outcome, 'unchanged');
    assert.equal(await mainPid(fleet, name), pid);
  });
});
