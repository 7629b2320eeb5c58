import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Collection } from '../../../../agent/collectors/collection.ts';
import type { Config } from '../../../../agent/contract/keys.ts';
import { sanitize } from '../../../../agent/heartbeat/sanitize.ts';
import { Command } from '../../../../agent/host/command.ts';
import { Host } from '../../../../agent/host/host.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { RecordingLog } from '../../../support/recording-log.ts';
import { configWith } from './support/fakes.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';

const host: Files = {
  'proc/stat': 'cpu  100 0 0 100\ncpu0 100 0 0 100\n',
  'recorded/later/proc/stat': 'cpu  130 0 0 170\ncpu0 130 0 0 170\n',
  'proc/uptime': '1000.55 1\n',
  'proc/meminfo': 'MemTotal: 1048576 kB\nMemFree: 1 kB\nMemAvailable: 786432 kB\n',
  'proc/loadavg': '0.21 0.37 0.39 1/719 19737\n',
  'proc/net/dev': 'a\nb\neth0: 500 5 0 0 0 0 0 0 700 7 0 0 0 0 0 0\n',
  'proc/1/mountinfo': '1 1 8:1 / / rw - ext4 /dev/sda1 rw\n',
  'proc/sys/kernel/hostname': 'nas-1\n',
  'sys/class/net/eth0/device/uevent': '',
  'sys/class/net/eth0/operstate': 'up\n',
  'sys/class/net/eth0/address': '3c:ec:ef:00:00:01\n',
  'sys/class/net/eth0/type': '1\n',
  'recorded/statfs.json': `{"/":{"bsize":1024,"blocks":${2 ** 20},"bfree":${2 ** 19},"bavail":${2 ** 19}}}`,
};

function collectionOn(root: ReturnType<typeof hostTree>, services: string[] = []) {
  return new Collection({
    host: root.host,
    config: configWith({ monitored_services: services }),
    command: new Command(root.host),
    clock: new FakeClock(),
    log: new RecordingLog(),
  });
}

test('collectWhole() has every metric that US0004 asks for', async t => {
  const { body, collectors, warnings } = await collectionOn(hostTree(t, host)).collectWhole();
  assert.deepEqual(body.metrics, {
    cpu_percent: 30,
    memory_percent: 25,
    memory_total_mb: 1024,
    memory_used_mb: 256,
    disk_percent: 50,
    disk_total_gb: 1,
    disk_used_gb: 0.5,
    network_rx_bytes: 500,
    network_tx_bytes: 700,
    load_1m: 0.21,
    load_5m: 0.37,
    load_15m: 0.39,
    uptime_seconds: 1000,
    swap_percent: 0,
    swap_total_mb: 0,
    swap_used_mb: 0,
    pressure: null,
    cpu_temperature_celsius: null,
    reboot_required: null,
  });
  assert.equal(body.mac_address, '3c:ec:ef:00:00:01');
  assert.equal(body.hostname, 'nas-1');
  assert.deepEqual([body.updates_available, body.security_updates], [null, null]);
  assert.deepEqual(warnings, []);
  assert.ok(Object.values(collectors).every(each => each.ok));
});

test('the first collect() without a reading before it has no percentage of the processor', async t => {
  const collection = collectionOn(hostTree(t, host));
  assert.equal((await collection.collect()).body.metrics?.cpu_percent, null);
  assert.equal((await collection.collect()).body.metrics?.cpu_percent, 30);
});

test('a collector that fails costs its own fields, and is a warning until it works again', async t => {
  const tree = hostTree(t, { ...host, 'proc/meminfo': 'MemTotal: lots\n' });
  const collection = collectionOn(tree);
  const { body, collectors, warnings } = await collection.collect();
  assert.equal(body.metrics?.memory_percent, null);
  assert.equal(body.metrics?.load_1m, 0.21);
  assert.match(collectors['memory']?.error ?? '', /found "MemTotal: lots/);
  assert.deepEqual(collectors['load'], { ok: true });
  const text = collectors['memory']?.error;
  assert.deepEqual(warnings, [{ code: 'collector-failed', subject: 'memory', text }]);
  write(tree.root, { 'proc/meminfo': 'MemTotal: 2048 kB\nMemFree: 1024 kB\n' });
  assert.deepEqual((await collection.collect()).warnings, []);
});

test('a root mount that is none and a service that is unknown are warnings', async t => {
  const { host: tree } = hostTree(t, {
    ...host,
    'run/systemd/system/x': '',
    'recorded/commands/systemctl.txt': 'Id=nope.service\nLoadState=not-found\n',
  });
  const [clock, command, log] = [new FakeClock(), new Command(tree), new RecordingLog()];
  const config = configWith({ root_mount: '/nope', monitored_services: ['nope'] });
  const collection = new Collection({ host: tree, command, clock, config, log });
  const found = (await collection.collect()).warnings.map(({ code, subject }) => [code, subject]);
  assert.deepEqual(found, [
    ['service-unknown', 'nope'],
    ['collector-failed', 'disk'],
  ]);
});

test('a named root mount is the disk, though it is an overlay (pitfall 17)', async t => {
  const overlay = { ...host, 'proc/1/mountinfo': '1 1 0:90 / / rw - overlay overlay rw\n' };
  const { root } = hostTree(t, overlay);
  const beatOf = async (settings: Partial<Config>) => {
    const tree = new Host(root);
    const log = new RecordingLog();
    const [clock, command, config] = [new FakeClock(), new Command(tree), configWith(settings)];
    return (await new Collection({ host: tree, command, clock, config, log }).collect()).body;
  };
  const unnamed = await beatOf({});
  assert.deepEqual([unnamed.metrics?.disk_percent, unnamed.filesystems], [null, []]);
  for (const root_mount of ['/', '//', '/./']) {
    assert.equal((await beatOf({ root_mount })).metrics?.disk_percent, 50);
  }
  const named = await beatOf({ root_mount: '/' });
  assert.deepEqual([named.metrics?.disk_percent, named.filesystems?.length], [50, 1]);
});

test('an empty host still makes a valid beat', async t => {
  const { body, warnings } = await collectionOn(hostTree(t, {}), ['ssh']).collectWhole();
  const { dropped } = sanitize({
    server_id: 'host-1',
    timestamp: '2026-11-23T00:00:00.000Z',
    ...body,
  });
  assert.deepEqual(dropped, []);
  assert.equal(body.hostname, 'host-1');
  assert.equal(body.mac_address, null);
  assert.ok(warnings.some(({ code }) => code === 'mac-address-unknown'));
});

test('a recorded host never answers for this machine', async t => {
  const { body } = await collectionOn(hostTree(t, {})).collectWhole();
  assert.deepEqual(body.os_info, {
    distribution: null,
    version: null,
    kernel: null,
    architecture: null,
  });
  assert.deepEqual(body.cpu_info, { cpu_model: null, cpu_cores: null });
});
