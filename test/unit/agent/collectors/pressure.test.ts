import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as pressure from '../../../../agent/collectors/pressure.ts';
import { hostTree } from './support/host-tree.ts';

test('pressure.parse() reads the minute’s averages, and null for a line that is not there', () => {
  const text = 'some avg10=0.00 avg60=1.25 avg300=0.40 total=12345\n';
  assert.deepEqual(pressure.parse(text), { some: 1.25, full: null });
});

test('pressure.read() is null on a kernel without pressure information', t => {
  assert.equal(pressure.read(hostTree(t, {}).host, false), null);
});

test('pressure of a container is that of its own control group', t => {
  const { host } = hostTree(t, {
    'proc/pressure/cpu': 'some avg10=0.00 avg60=90.00 avg300=0.00 total=1\n',
    'sys/fs/cgroup/cpu.pressure': 'some avg10=0.00 avg60=2.00 avg300=0.00 total=1\n',
  });
  assert.equal(pressure.read(host, true)?.cpu_some_avg60, 2);
  assert.equal(pressure.read(host, false)?.cpu_some_avg60, 90);
});
