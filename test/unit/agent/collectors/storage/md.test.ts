import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type MdArray, read } from '../../../../../agent/collectors/storage/md.ts';
import { type Files, hostTree } from '../support/host-tree.ts';

/** A RAID 1 as Linux 6.1 shows it. */
const raid1: MdArray = {
  array_state: 'clean',
  metadata_version: '1.2',
  degraded: '0',
  raid_disks: '2',
  sync_action: 'idle',
  sync_completed: 'none',
  members: { sda1: 'in_sync', sdb1: 'in_sync' },
};
const words = (array: Partial<MdArray>): string[] =>
  judge('md0', { ...raid1, ...array }).map(({ code, text }) => `${code}: ${text}`);

test('a complete array is no fault, whatever its state is called', () => {
  for (const array_state of [
    'clean',
    'active',
    'write-pending',
    'active-idle',
    'readonly',
    'read-auto',
  ]) {
    assert.deepEqual(words({ array_state }), []);
  }
});

test('a check, a repair and the first resync of a whole array are no fault', () => {
  for (const sync_action of ['check', 'repair', 'resync', 'reshape', 'frozen']) {
    for (const sync_completed of ['0 / 129024', 'delayed', 'none']) {
      assert.deepEqual(words({ sync_action, sync_completed }), []);
    }
  }
});

test('a missing disk is a fault', () => {
  assert.deepEqual(words({ degraded: '1', members: { sda1: 'in_sync' } }), [
    'md-degraded: md0 degraded: 1 of 2 disks missing',
  ]);
});

test('a disk that failed is named', () => {
  const members = { sda1: 'in_sync', sdb1: 'faulty,write_error' };
  assert.deepEqual(words({ degraded: '1', members }), [
    'md-degraded: md0 degraded: 1 of 2 disks missing (sdb1 failed)',
  ]);
});

test('a rebuild is reported with its progress', () => {
  const rebuilding = {
    degraded: '1',
    sync_action: 'recover',
    members: { sda1: 'in_sync', sdb1: 'spare' },
  };
  assert.deepEqual(words({ ...rebuilding, sync_completed: '47744 / 129024' }), [
    'md-degraded: md0 degraded: 1 of 2 disks missing, rebuild 37 %',
  ]);
  assert.deepEqual(words({ ...rebuilding, sync_completed: 'delayed' }), [
    'md-degraded: md0 degraded: 1 of 2 disks missing, rebuild waits for another array',
  ]);
  assert.deepEqual(words({ ...rebuilding, sync_completed: 'none' }), [
    'md-degraded: md0 degraded: 1 of 2 disks missing, rebuild begins',
  ]);
});

test('an array that is being reshaped has its new number of disks', () => {
  assert.deepEqual(words({ degraded: '1', raid_disks: '4 (3)', sync_action: 'reshape' }), [
    'md-degraded: md0 degraded: 1 of 4 disks missing',
  ]);
});

test('a failed disk that a spare has replaced is a fault until it is removed', () => {
  assert.deepEqual(words({ members: { sda1: 'in_sync', sdb1: 'faulty', sdc1: 'in_sync' } }), [
    'md-disk-failed: md0 is complete, but sdb1 failed: replace or remove it',
  ]);
});

test('a spare, a replacement and a journal are no fault', () => {
  const members = {
    sda1: 'in_sync',
    sdb1: 'in_sync,want_replacement',
    sdc1: 'spare,replacement',
    sdd1: 'journal,in_sync',
  };
  assert.deepEqual(words({ members }), []);
});

test('an array whose last disk failed is broken', () => {
  assert.deepEqual(words({ array_state: 'broken', degraded: '1', members: { sdb1: 'in_sync' } }), [
    'md-broken: md0 is broken: too many disks failed',
  ]);
});

/** As the kernel shows what has not been started: no level, no disks, spares for members. */
const inactive = {
  array_state: 'inactive',
  degraded: null,
  raid_disks: '',
  sync_action: null,
  sync_completed: null,
};

test('an array that was not started is a fault', () => {
  assert.deepEqual(words({ ...inactive, members: { sdb1: 'spare' } }), [
    'md-not-started: md0 is not started: inactive with 1 disk present',
  ]);
});

test('containers of Intel’s and DDF’s metadata are inactive by nature', () => {
  const members = { sda: 'spare', sdb: 'spare' };
  for (const metadata_version of ['external:imsm', 'external:ddf']) {
    assert.deepEqual(words({ ...inactive, metadata_version, members }), []);
  }
});

test('an array in a container is watched as any other', () => {
  const metadata_version = 'external:/md127/0';
  assert.deepEqual(words({ metadata_version }), []);
  assert.equal(words({ metadata_version, degraded: '1' }).length, 1);
  assert.equal(words({ ...inactive, metadata_version, members: { sda: 'spare' } }).length, 1);
});

test('an empty md device is no array', () => {
  assert.deepEqual(words({ ...inactive, array_state: 'clear', members: {} }), []);
  assert.deepEqual(words({ ...inactive, members: {} }), []);
});

const md = (name: string, files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).map(([file, text]) => [`sys/block/${name}/md/${file}`, text]),
  );

test('read() finds the arrays among all disks', t => {
  const { host } = hostTree(t, {
    ...md('md0', {
      array_state: 'clean\n',
      degraded: '1\n',
      raid_disks: '2\n',
      sync_action: 'recover\n',
      sync_completed: '64512 / 129024\n',
      'dev-sda1/state': 'in_sync\n',
      'dev-sdb1/state': 'spare\n',
      mismatch_cnt: '128\n',
    }),
    ...md('md127', {
      array_state: 'inactive\n',
      metadata_version: 'external:imsm\n',
      'dev-sdc/state': 'spare\n',
    }),
    // RAID 0 has no redundancy, and so no file that counts missing disks.
    ...md('md1', { array_state: 'clean\n', 'dev-sdd1/state': 'in_sync\n' }),
    'sys/block/sda/stat': '',
  });
  const { watched, findings } = read(host, ['md0', 'md1', 'md127', 'sda']);
  assert.deepEqual(watched, ['md0', 'md1']);
  assert.deepEqual(
    findings.map(({ text }) => text),
    ['md0 degraded: 1 of 2 disks missing, rebuild 50 %'],
  );
});

test('read() does not look at mismatch_cnt, which means nothing on RAID 1', t => {
  const { host } = hostTree(
    t,
    md('md0', {
      array_state: 'active\n',
      degraded: '0\n',
      mismatch_cnt: '2176\n',
      'dev-sda1/state': 'in_sync\n',
    }),
  );
  assert.deepEqual(read(host, ['md0']), { watched: ['md0'], findings: [] });
});
