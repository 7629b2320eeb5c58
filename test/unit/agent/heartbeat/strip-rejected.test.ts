import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Heartbeat } from '../../../../agent/contract/heartbeat.ts';
import { stripRejected } from '../../../../agent/heartbeat/strip-rejected.ts';

const filesystem = {
  device: '/dev/sda1',
  fs_type: 'ext4',
  total_bytes: 1,
  used_bytes: 1,
  available_bytes: 0,
  percent: 100,
};
const beat: Heartbeat = {
  server_id: 'nas-1',
  hostname: 'nas',
  timestamp: '2026-01-01T00:00:00Z',
  metrics: { cpu_percent: 1, load_1m: 2 },
  updates_available: 3,
  filesystems: ['/', '/a', '/b', '/c'].map(mount_point => ({ mount_point, ...filesystem })),
};

test('stripRejected() makes null of a figure', () => {
  const { beat: rest, dropped } = stripRejected(beat, [['metrics', 'cpu_percent']]);
  assert.deepEqual(rest.metrics, { cpu_percent: null, load_1m: 2 });
  assert.deepEqual(dropped, ['metrics.cpu_percent']);
});

test('stripRejected() removes whole elements from a list, however many are named', () => {
  const { beat: rest, dropped } = stripRejected(beat, [
    ['filesystems', 1, 'percent'],
    ['filesystems', 1, 'device'],
    ['filesystems', 3, 'device'],
  ]);
  const left = rest.filesystems?.map(({ mount_point }) => mount_point);
  assert.deepEqual(left, ['/', '/b']);
  assert.deepEqual(dropped, ['filesystems.1', 'filesystems.3']);
});

test('stripRejected() leaves out any other part', () => {
  const { beat: rest } = stripRejected(beat, [['updates_available'], ['filesystems']]);
  assert.equal('updates_available' in rest, false);
  assert.equal('filesystems' in rest, false);
});

test('stripRejected() keeps who the server is, and passes over what is not in the beat', () => {
  const places = [['server_id'], ['timestamp'], ['packages', 0], ['filesystems', 9], [], [7]];
  const { beat: rest, dropped } = stripRejected(beat, places.slice(0, 3).concat(places.slice(4)));
  assert.deepEqual(rest, beat);
  assert.deepEqual(dropped, []);
});

test('stripRejected() changes nothing in the beat that it was given', () => {
  const before = structuredClone(beat);
  stripRejected(beat, [
    ['metrics', 'load_1m'],
    ['filesystems', 0],
  ]);
  assert.deepEqual(beat, before);
});

test('stripRejected() touches nothing that every object has, whatever place a hub names', () => {
  const { beat: rest, dropped } = stripRejected(beat, [
    ['__proto__', 'toString'],
    ['constructor', 'prototype'],
  ]);
  assert.equal(typeof Object.prototype.toString, 'function');
  assert.deepEqual(rest, beat);
  assert.deepEqual(dropped, []);
});
