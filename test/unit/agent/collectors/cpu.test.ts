import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, usage } from '../../../../agent/collectors/cpu.ts';
import { CpuUsage } from '../../../../agent/collectors/cpu-usage.ts';
import { hostTree, write } from './support/host-tree.ts';

const stat = `cpu  74608 2520 24433 1117073 6176 4054 100 50 900 10
cpu0 37784 1260 12216 558536 3088 2027 50 25 450 5
cpu1 36824 1260 12217 558537 3088 2027 50 25 450 5
intr 1462898 0 0
ctxt 115315
btime 1769040306
`;

test('parse() reads the aggregate line and counts the processors', () => {
  assert.deepEqual(parse(stat), {
    user: 74608,
    nice: 2520,
    system: 24433,
    idle: 1117073,
    iowait: 6176,
    irq: 4054,
    softirq: 100,
    steal: 50,
    cores: 2,
  });
});

test('parse() reads the four fields of an old kernel', () => {
  assert.equal(parse('cpu  1 2 3 4\n').steal, 0);
});

test('parse() refuses a text without the aggregate line, and quotes it', () => {
  assert.throws(() => parse('cpu0 1 2 3 4\n'), /found "cpu0 1 2 3 4\\n"/);
});

test('parse() refuses words in the place of numbers', () => {
  assert.throws(() => parse('cpu  1 x 3 4\n'), /Expected numbers/);
});

const at = (fields: Partial<ReturnType<typeof parse>>) => ({
  ...parse('cpu  0 0 0 0\n'),
  ...fields,
});

test('usage() is what was not idle and not waiting for disks (pitfall 9)', () => {
  assert.equal(usage(at({}), at({ user: 20, system: 5, steal: 5, idle: 60, iowait: 10 })), 30);
});

test('usage() counts a counter that went backwards as nothing (pitfall 9)', () => {
  const before = at({ user: 100, idle: 1000, iowait: 500 });
  assert.equal(usage(before, at({ user: 150, idle: 1050, iowait: 400 })), 50);
});

test('usage() stays within 0 and 100 when every counter begins anew (pitfall 9)', () => {
  const before = at({ user: 5000, system: 3000, idle: 90_000 });
  assert.equal(usage(before, at({ user: 100, system: 20, idle: 30 })), null);
});

test('usage() is unknown, not 0, when no time has passed (pitfall 9)', () => {
  assert.equal(usage(parse(stat), parse(stat)), null);
});

test('usage() does not count guest time twice (pitfall 9)', () => {
  const before = parse('cpu  0 0 0 0 0 0 0 0 0 0\n');
  const after = parse('cpu  50 0 0 50 0 0 0 0 50 0\n');
  assert.equal(usage(before, after), 50);
});

test('CpuUsage has no figure at first and then one for the time between two beats', t => {
  const { host, root } = hostTree(t, { 'proc/stat': 'cpu  100 0 0 100\ncpu0 100 0 0 100\n' });
  const cpu = new CpuUsage(host);
  assert.equal(cpu.read(1000, false), null);
  write(root, { 'proc/stat': 'cpu  130 0 0 170\ncpu0 130 0 0 170\n' });
  assert.equal(cpu.read(1060, false), 30);
  assert.equal(cpu.capacity, 1);
});

test('CpuUsage of a container is its own, not its neighbours’ (pitfall 3)', t => {
  const busyNeighbour = (ticks: number) => `cpu  ${ticks} 0 0 100\ncpu0 0 0 0 0\ncpu1 0 0 0 0\n`;
  const { host, root } = hostTree(t, {
    'proc/stat': busyNeighbour(0),
    'sys/fs/cgroup/cpu.stat': 'usage_usec 1000000\nuser_usec 1000000\n',
  });
  const cpu = new CpuUsage(host);
  cpu.read(1000, true);
  write(root, {
    'proc/stat': busyNeighbour(12_000),
    'sys/fs/cgroup/cpu.stat': 'usage_usec 13000000\nuser_usec 13000000\n',
  });
  // 12 s of processor time in 60 s of two processors.
  assert.equal(cpu.read(1060, true), 10);
});

test('CpuUsage of a container with a quota is the share of that quota (pitfall 3)', t => {
  const { host, root } = hostTree(t, {
    'proc/stat': 'cpu  0 0 0 0\ncpu0 0 0 0 0\ncpu1 0 0 0 0\n',
    'sys/fs/cgroup/cpu.stat': 'usage_usec 0\n',
    'sys/fs/cgroup/cpu.max': '50000 100000\n',
  });
  const cpu = new CpuUsage(host);
  cpu.read(1000, true);
  write(root, { 'sys/fs/cgroup/cpu.stat': 'usage_usec 30000000\n' });
  assert.equal(cpu.read(1060, true), 100);
});
