import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, rootDisk } from '../../../../agent/collectors/filesystems.ts';
import type { MeasuredMount } from '../../../../agent/collectors/mounts.ts';
import { byPool } from '../../../../agent/collectors/zfs-datasets.ts';
import type { Space } from '../../../../agent/host/recording.ts';
import { gib, measured, space } from './support/measured.ts';

const zfs = (source: string, at: string, of: Space): MeasuredMount =>
  measured(`1 1 0:${at.length} / ${at} rw - zfs ${source} rw\n`, of);

const rows = (measuredMounts: MeasuredMount[]) =>
  measuredMounts.map(each => [each.mount.mountPoint, describe(each).percent]);

test('byPool() lists a pool once, with the use of all its datasets (pitfall 16)', () => {
  const pool = byPool([
    zfs('tank', '/tank', space(1000, 1000)),
    zfs('tank/media', '/tank/media', space(3000, 1000)),
    zfs('tank/photos', '/tank/photos', space(2000, 1000)),
  ]);
  assert.deepEqual(rows(pool), [['/tank', 75]]);
  assert.equal(pool[0]?.space.size, 4000 * gib);
});

test('byPool() puts a pool where the root is mounted from it (pitfall 16)', () => {
  const pools = byPool([
    zfs('rpool/ROOT/pve-1', '/', space(150, 100)),
    zfs('rpool', '/rpool', space(100, 100)),
    zfs('rpool/data', '/rpool/data', space(150, 100)),
  ]);
  assert.deepEqual(rows(pools), [['/', 50]]);
  assert.equal(rootDisk(pools, { wanted: undefined, ostree: false }).disk_percent, 50);
});

test('byPool() puts a pool that is not mounted itself at its shortest mount (pitfall 16)', () => {
  const pools = byPool([
    zfs('tank/photos', '/srv/photos', space(1500, 1000)),
    zfs('tank/media', '/media', space(1500, 1000)),
  ]);
  assert.deepEqual(rows(pools), [['/media', 50]]);
});

test('byPool() counts an engine’s dataset in its pool and gives it no row, though it has a quota', () => {
  const graph = {
    ...zfs('tank/docker/ab', '/var/lib/docker/zfs/graph/ab', space(500, 100)),
    isShown: false,
  };
  const docker = zfs('tank/docker', '/var/lib/docker', space(1000, 1000));
  assert.deepEqual(rows(byPool([graph, docker])), [['/var/lib/docker', 28.6]]);
  assert.deepEqual(byPool([graph]), []);
});

test('byPool() lists a dataset with a quota beside its pool (pitfall 16)', () => {
  const pools = byPool([
    zfs('tank', '/tank', space(1000, 1000)),
    zfs('tank/backup', '/tank/backup', space(200, 50)),
    measured('1 1 8:1 / / rw - ext4 /dev/sda1 rw\n', space(10, 5)),
  ]);
  assert.deepEqual(rows(pools), [
    ['/tank', 13],
    ['/tank/backup', 75],
    ['/', 50],
  ]);
});

test('byPool() takes no dataset with a reservation for the pool, nor the others for datasets with a quota', () => {
  const [vm, media, root] = [
    zfs('tank/vm', '/tank/vm', space(301, 300)),
    zfs('tank/media', '/tank/media', space(400, 100)),
    zfs('tank', '/tank', space(101, 100)),
  ];
  assert.deepEqual(rows(byPool([root, vm, media])), [['/tank', 75.1]]);
  const photos = zfs('tank/photos', '/tank/photos', space(200, 100));
  assert.deepEqual(rows(byPool([vm, media, photos])).length, 1);
});
