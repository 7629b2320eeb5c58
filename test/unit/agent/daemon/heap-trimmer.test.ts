import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeapTrimmer } from '../../../../agent/daemon/heap-trimmer.ts';

test('HeapTrimmer has all garbage of a start collected after the second cycle, and then that of thirty', () => {
  const collections: unknown[] = [];
  let cycle = 0;
  const collect = ({ flavor = '' }) => void collections.push([cycle, flavor]);
  const reclaim = new HeapTrimmer(collect as typeof gc);
  while (cycle < 70) {
    cycle += 1;
    reclaim.cycleEnded();
  }
  assert.deepEqual(collections, [
    [2, 'last-resort'],
    [32, 'regular'],
    [62, 'regular'],
  ]);
});

test('HeapTrimmer does nothing if Node does not accept its flags', () => {
  const reclaim = new HeapTrimmer(undefined);
  reclaim.cycleEnded();
  reclaim.cycleEnded();
});
