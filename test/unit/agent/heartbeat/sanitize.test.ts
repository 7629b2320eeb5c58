import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sanitize } from '../../../../agent/heartbeat/sanitize.ts';

const beat = {
  server_id: 'nas-1',
  hostname: 'nas-1',
  timestamp: '2026-11-23T18:00:00.000Z',
};
const filesystem = {
  mount_point: '/',
  device: '/dev/sda1',
  fs_type: 'ext4',
  total_bytes: 100,
  used_bytes: 40,
  available_bytes: 55,
  percent: 42.1,
};
const service = { name: 'ssh', status: 'running', cpu_percent: 1 };

test('sanitize() leaves a good beat as it is', () => {
  const good = { ...beat, filesystems: [filesystem], services: [service], packages: [] };
  assert.deepEqual(sanitize(good), { beat: good, dropped: [] });
});

test('sanitize() drops the element that the hub would refuse, never the beat (pitfall 29)', () => {
  const bad = {
    ...beat,
    filesystems: [
      { ...filesystem, device: 'x'.repeat(256) },
      filesystem,
      { ...filesystem, mount_point: '/'.repeat(300), percent: 101 },
    ],
    services: [service, { ...service, cpu_percent: 187.5 }],
  };
  const { beat: good, dropped } = sanitize(bad);
  assert.deepEqual(good.filesystems, [filesystem]);
  assert.deepEqual(good.services, [service]);
  assert.deepEqual(dropped.sort(), ['filesystems[0]', 'filesystems[2]', 'services[1]']);
  assert.equal(bad.filesystems.length, 3);
});

test('sanitize() drops the right elements, whatever else is wrong between them (pitfall 29)', () => {
  const services = Array.from({ length: 20 }, (_, index) => ({
    name: `unit-${index}`,
    status: index % 3 === 0 ? 'sleeping' : 'running',
  }));
  const { beat: good } = sanitize({
    ...beat,
    services,
    metrics: { cpu_percent: -1, load_1m: -1 },
    os_info: { kernel: 5 },
    filesystems: [filesystem, {}, filesystem],
  });
  assert.deepEqual(
    good.services?.map(each => each.name),
    services.filter(each => each.status === 'running').map(each => each.name),
  );
  assert.equal(good.filesystems?.length, 2);
});

test('sanitize() makes any other bad value null (pitfall 29)', () => {
  const { beat: good, dropped } = sanitize({
    ...beat,
    agent_version: 'a version longer than twenty characters',
    server_guid: '9D3B65E0-E08C-4E6D-8F0F-648489F66FA0',
    updates_available: -1,
    metrics: {
      cpu_percent: Number.NaN,
      load_1m: Infinity,
      uptime_seconds: 12.5,
      memory_percent: 3,
    },
    os_info: { kernel: 'k'.repeat(101), version: '12' },
    cpu_info: { cpu_cores: 0 },
    mac_address: 'none',
  });
  assert.deepEqual(good, {
    ...beat,
    agent_version: null,
    server_guid: null,
    updates_available: null,
    metrics: { cpu_percent: null, load_1m: null, uptime_seconds: null, memory_percent: 3 },
    os_info: { kernel: null, version: '12' },
    cpu_info: { cpu_cores: null },
    mac_address: null,
  });
  assert.ok(dropped.includes('metrics.cpu_percent'));
});

test('sanitize() refuses integers that JSON cannot carry exactly (pitfall 29)', () => {
  const { beat: good } = sanitize({ ...beat, metrics: { network_rx_bytes: 2 ** 63 } });
  assert.equal(good.metrics?.network_rx_bytes, null);
});

test('sanitize() drops a whole list that is none', () => {
  const { beat: good, dropped } = sanitize({ ...beat, services: 'all fine' });
  assert.equal(good.services, null);
  assert.deepEqual(dropped, ['services']);
});

test('sanitize() puts the server_id where the hostname would be refused', () => {
  for (const hostname of ['', 'h'.repeat(256), null]) {
    assert.equal(sanitize({ ...beat, hostname }).beat.hostname, 'nas-1');
  }
});

test('sanitize() fixes half a surrogate pair, which the hub refuses', () => {
  const { beat: good } = sanitize({ ...beat, hostname: 'nas\ud800' });
  assert.equal(good.hostname, 'nas\ufffd');
});

test('sanitize() has no beat without whose and when it was', () => {
  assert.throws(() => sanitize({ ...beat, server_id: 'NAS 1' }), /without a valid server_id/);
  assert.throws(() => sanitize({ ...beat, timestamp: '2026-11-23T18:00:00+02:00' }), /timestamp/);
  assert.throws(() => sanitize(null), /without a valid body/);
});
