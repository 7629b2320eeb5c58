import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, parseArcStats, read, summarise } from '../../../../agent/collectors/memory.ts';
import { hostTree } from './support/host-tree.ts';

const meminfo = `MemTotal:        8029292 kB
MemFree:          211800 kB
MemAvailable:    5501236 kB
Buffers:          300000 kB
Cached:          4000000 kB
SReclaimable:     200000 kB
Shmem:            100000 kB
SwapTotal:       2097148 kB
SwapFree:        1572861 kB
Active(anon):     123456 kB
HugePages_Total:       0
`;

test('parse() reads kB values by their names', () => {
  const values = parse(meminfo);
  assert.equal(values.get('MemTotal'), 8029292);
  assert.equal(values.get('Active(anon)'), 123456);
});

test('parse() refuses a text without a total', () => {
  assert.throws(() => parse('MemFree: 1 kB\n'), /Expected MemTotal above 0/);
  assert.throws(() => parse('MemTotal:  0 kB\n'), /Expected MemTotal above 0/);
});

test('summarise() takes available from total, for percentage and MiB alike (pitfall 10)', () => {
  assert.deepEqual(summarise(parse(meminfo), 0), {
    memory_percent: 31.5,
    memory_total_mb: 7841,
    memory_used_mb: 2468,
    swap_percent: 25,
    swap_total_mb: 2047,
    swap_used_mb: 511,
  });
});

test('summarise() takes free where the kernel says 0 or nothing of what is available, as free does (pitfall 10)', () => {
  const zero = meminfo.replace('5501236', '0');
  const absent = meminfo.replace(/^MemAvailable.*\n/m, '');
  for (const text of [zero, absent]) {
    assert.equal(summarise(parse(text), 0).memory_used_mb, Math.floor((8029292 - 211800) / 1024));
  }
});

test('summarise() takes free where more is available than there is, as in LXC (pitfall 10)', () => {
  const values = parse('MemTotal: 1048576 kB\nMemFree: 262144 kB\nMemAvailable: 30000000 kB\n');
  assert.equal(summarise(values, 0).memory_percent, 75);
});

test('summarise() stays within 0 and 100 whatever the cache of ZFS claims (pitfall 10)', () => {
  assert.equal(summarise(parse(meminfo), 1e12).memory_percent, 0);
});

test('summarise() has 0 % of no swap', () => {
  assert.equal(summarise(parse('MemTotal: 1024 kB\nMemFree: 512 kB\n'), 0).swap_percent, 0);
});

const arcstats = `13 1 0x01 147 39984 4242424242 9999999
name                            type data
size                            4    5368709120
c_min                           4    1073741824
c_max                           4    8589934592
`;

test('parseArcStats() is what ZFS would give back: all above its lower bound (pitfall 11)', () => {
  assert.equal(parseArcStats(arcstats), 4294967296);
  assert.equal(parseArcStats(''), 0);
});

test('read() does not count the cache of ZFS as used (pitfall 11)', t => {
  const { host } = hostTree(t, {
    'proc/meminfo': 'MemTotal: 16777216 kB\nMemFree: 1 kB\nMemAvailable: 8388608 kB\n',
    'proc/spl/kstat/zfs/arcstats': arcstats,
  });
  assert.equal(read(host, false).memory_percent, 25);
  // In a container that cache is the machine's and in nobody's figures.
  assert.equal(read(host, true).memory_percent, 50);
});
