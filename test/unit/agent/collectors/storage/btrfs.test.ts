import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Btrfs, judge, parseErrorStats } from '../../../../../agent/collectors/storage/btrfs.ts';
import { StorageMemory } from '../../../../../agent/collectors/storage/storage-memory.ts';
import { type Files, hostTree, write } from '../support/host-tree.ts';

const stats = (corruption: number): string => `write_errs 0
read_errs 0
flush_errs 0
corruption_errs ${corruption}
generation_errs 0
`;

test('parseErrorStats() reads the five counters', () => {
  assert.deepEqual(parseErrorStats(stats(3)), {
    write_errs: 0,
    read_errs: 0,
    flush_errs: 0,
    corruption_errs: 3,
    generation_errs: 0,
  });
});

test('parseErrorStats() has nothing where the kernel has not read the counters yet, or has none', () => {
  assert.equal(parseErrorStats('invalid\n'), null);
  assert.equal(parseErrorStats(''), null);
});

test('a missing device is a fault', () => {
  const device = { missing: false, errors: null, increased: false };
  const all = [
    { ...device, id: '1' },
    { ...device, id: '2', missing: true },
  ];
  assert.deepEqual(
    judge('tank', all, []).map(({ code, text }) => [code, text]),
    [['btrfs-device-missing', 'btrfs tank degraded: 1 of 2 devices missing']],
  );
});

const base = 'sys/fs/btrfs/2f0d5b1c-6a5e-4f0e-9d43-5c0f3c1d9a10';
const pool = (first: string, second: string): Files => ({
  'sys/fs/btrfs/features/raid1c34': '0\n',
  [`${base}/label`]: 'tank\n',
  [`${base}/devinfo/1/missing`]: '0\n',
  [`${base}/devinfo/1/error_stats`]: first,
  [`${base}/devinfo/2/missing`]: '0\n',
  [`${base}/devinfo/2/error_stats`]: second,
});
const fresh = (): StorageMemory => new StorageMemory(null, { writes: false });
const at = (time: string): Date => new Date(`2026-11-${time}:00Z`);

test('counters outlive restarts: the ones that are there at first are no fault', t => {
  const { host } = hostTree(t, pool(stats(7), stats(0)));
  assert.deepEqual(new Btrfs(host, fresh()).read(at('20T10:00')), {
    watched: ['btrfs tank'],
    findings: [],
  });
});

test('an increase is a fault for a day', t => {
  const { host, root } = hostTree(t, pool(stats(7), stats(0)));
  const btrfs = new Btrfs(host, fresh());
  btrfs.read(at('20T10:00'));
  write(root, pool(stats(7), stats(2)));
  const text =
    'btrfs tank has new errors on device 2 (corruption_errs): run a scrub, then "btrfs device stats --reset"';
  for (const time of ['20T10:01', '20T10:02', '21T10:00']) {
    assert.deepEqual(
      btrfs.read(at(time)).findings.map(each => each.text),
      [text],
    );
  }
  assert.deepEqual(btrfs.read(at('21T10:02')).findings, []);
});

test('an increase ends at once when the counters are reset', t => {
  const { host, root } = hostTree(t, pool(stats(7), stats(0)));
  const btrfs = new Btrfs(host, fresh());
  btrfs.read(at('20T10:00'));
  write(root, pool(stats(9), stats(0)));
  assert.equal(btrfs.read(at('20T10:01')).findings.length, 1);
  write(root, pool(stats(0), stats(0)));
  assert.deepEqual(btrfs.read(at('20T10:02')).findings, []);
});

test('counters that cannot be read are no comparison', t => {
  const { host, root } = hostTree(t, pool(stats(7), stats(0)));
  const btrfs = new Btrfs(host, fresh());
  btrfs.read(at('20T10:00'));
  write(root, pool('invalid\n', stats(0)));
  assert.deepEqual(btrfs.read(at('20T10:01')).findings, []);
  write(root, pool(stats(7), stats(0)));
  assert.deepEqual(btrfs.read(at('20T10:02')).findings, []);
});

test('a kernel without error_stats still shows what is missing', t => {
  const { host } = hostTree(t, { [`${base}/devinfo/1/missing`]: '1\n', [`${base}/label`]: '\n' });
  const { watched, findings } = new Btrfs(host, fresh()).read(at('20T10:00'));
  assert.deepEqual(watched, ['btrfs 2f0d5b1c']);
  assert.deepEqual(
    findings.map(({ text }) => text),
    ['btrfs 2f0d5b1c degraded: 1 of 1 device missing'],
  );
});

test('an increase while the agent did not run is seen', t => {
  const { host, root } = hostTree(t, pool(stats(7), stats(0)));
  const file = `${root}/storage.json`;
  const before = new StorageMemory(file, { writes: true });
  new Btrfs(host, before).read(at('20T10:00'));
  before.save();
  write(root, pool(stats(8), stats(0)));
  const after = new StorageMemory(file, { writes: true });
  assert.equal(new Btrfs(host, after).read(at('20T11:00')).findings.length, 1);
});
