import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reclaim } from '../../../agent/daemon/reclaim.ts';

test('Reclaim has all garbage of a start collected after the second cycle, and then that of thirty', () => {
  const collections: unknown[] = [];
  let cycle = 0;
  const collect = ({ flavor = '' }) => void collections.push([cycle, flavor]);
  const reclaim = new Reclaim(collect as typeof gc);
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

test('Reclaim does nothing where Node does not let itself be told', () => {
  const reclaim = new Reclaim(undefined);
  reclaim.cycleEnded();
  reclaim.cycleEnded();
});
