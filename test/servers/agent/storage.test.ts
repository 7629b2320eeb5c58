import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { parseStatus } from '../../../agent/contract/status.ts';
import { StorageHealth } from '../../../agent/contract/storage.ts';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { BtrfsPool } from '../../support/btrfs-pool.ts';
import { deploy } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';
import { ServiceOnHost } from './service-on-host.ts';

suite('storage that fails on a real server', need('servers', 'btrfs'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let service: ServiceOnHost;
  let pool: BtrfsPool;
  let inventory: string;
  const label = `pool-${process.pid}`;

  before(async () => {
    pool = await BtrfsPool.make(label);
    fleet = await startFleet({ hosts: ['nas-1'], apiKey: 'key' });
    hub = await fleet.startHub();
    // The servers of a fleet are containers, whose storage is the machine's; this one is to be a machine.
    await fleet.host('nas-1').exec('rm /run/systemd/container');
    const config = `hub_url: ${fleet.hubUrl}
server_id: nas-1
api_key: key
heartbeat_interval: 5
monitored_services: [storage-health]
`;
    service = await ServiceOnHost.install(fleet.host('nas-1'), config);
    await hub.waitForBeats(['nas-1']);
    inventory = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(inventory);
    await hub.api('POST', '/servers/nas-1/services', { service_name: 'storage-health' });
  });
  after(async () => {
    await fleet?.stop();
    await pool?.[Symbol.asyncDispose]();
  });

  const inside = async (command: string): Promise<string> =>
    (await fleet.host('nas-1').exec(command)).stdout;
  const alerts = async (status: string): Promise<unknown[]> => {
    const { alerts } = await hub.api('GET', `/alerts?server_id=nas-1&status=${status}`);
    assert.ok(Array.isArray(alerts));
    return alerts;
  };
  /** What the next whole beat reports of the pool. */
  const findings = async () => {
    const since = new Date().toISOString();
    const beats = await hub.waitForBeats(['nas-1'], { since, count: 2 });
    const storage = StorageHealth.parse(beats.at(-1)?.body['storage']);
    return storage.findings.filter(({ text }) => text.includes(label));
  };

  test('a whole pool is watched, without a fault', async () => {
    assert.deepEqual(await findings(), []);
    assert.deepEqual(await alerts('open'), []);
  });

  const missing = `btrfs ${label} degraded: 1 of 2 devices missing`;

  test('a disk that is lost is in the beat, in status and health, and opens the hub’s alert', async () => {
    await pool.lose();
    assert.deepEqual(await findings(), [
      { code: 'btrfs-device-missing', severity: 'fault', subject: label, text: missing },
    ]);
    const warnings = parseStatus(await inside('cat /run/homelab-agent/status.json'))?.warnings;
    assert.ok(
      warnings?.some(({ code, text }) => code === 'btrfs-device-missing' && text === missing),
    );
    const health = await inside('/opt/homelab-agent/current/homelab-agent health');
    assert.match(health, new RegExp(`^Warning btrfs-device-missing: ${missing}$`, 'm'));
    for (const command of ['status', 'doctor']) {
      const { stdout } = await deploy(fleet, command, 'nas-1', '-i', inventory);
      assert.match(stdout, new RegExp(`Warning btrfs-device-missing: ${missing}$`, 'm'), command);
    }
    const [alert] = (await alerts('open')) as { title: string; message: string }[];
    assert.equal(alert?.title, 'Service storage-health is failed on nas-1');
    const services = await hub.api('GET', '/servers/nas-1/services');
    assert.match(JSON.stringify(services), new RegExp(missing));
  });

  test('the alert is resolved when the disk is back', async () => {
    await pool.restore();
    assert.deepEqual(await findings(), []);
    assert.deepEqual(await alerts('open'), []);
    assert.equal((await alerts('resolved')).length, 1);
    const said = (await service.journal()).filter(line => line.includes('btrfs-device-missing'));
    assert.equal(said.length, 2, said.join('\n'));
  });

  test('new errors of a disk are a fault until its counters are reset', async () => {
    await pool.damage();
    const [error] = await findings();
    assert.match(error?.text ?? '', /has new errors on device 2 \(corruption_errs/);
    await pool.resetErrors();
    assert.deepEqual(await findings(), []);
  });
});
