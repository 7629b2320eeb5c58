import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reclaim } from '../../../agent/daemon/reclaim.ts';

test('Reclaim has the garbage of a start collected after the second cycle, and then every thirtieth', () => {
  const collectedAfter: number[] = [];
  let cycle = 0;
  const reclaim = new Reclaim((() => collectedAfter.push(cycle)) as unknown as typeof gc);
  while (cycle < 70) {
    cycle += 1;
    reclaim.cycleEnded();
  }
  assert.deepEqual(collectedAfter, [2, 32, 62]);
});

test('Reclaim does nothing where Node does not let itself be told', () => {
  const reclaim = new Reclaim(undefined);
  reclaim.cycleEnded();
  reclaim.cycleEnded();
});
