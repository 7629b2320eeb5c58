import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batches, parseBatchSize, sizeOf } from '../../../../deployer/run/batches.ts';

test('batches() repeats the last size until all are in one', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  assert.deepEqual(batches(items, [{ count: 1 }, { count: 3 }, { percent: 100 }]), [
    [1],
    [2, 3, 4],
    [5, 6, 7, 8, 9, 10, 11],
  ]);
  assert.deepEqual(
    batches(items, [{ count: 4 }]).map(batch => batch.length),
    [4, 4, 3],
  );
});

test('batches() accepts a percentage of all, and gives at least one server', () => {
  const lengths = (percent: number): number[] =>
    batches(['a', 'b', 'c'], [{ percent }]).map(batch => batch.length);
  assert.deepEqual(lengths(1), [1, 1, 1]);
  assert.deepEqual(lengths(70), [2, 1]);
});

test('batches() without sizes is one batch, and none of nothing', () => {
  assert.deepEqual(batches([1, 2], []), [[1, 2]]);
  assert.deepEqual(batches([], [{ count: 1 }]), []);
});

test('parseBatchSize() accepts numbers and percentages and nothing else', () => {
  assert.deepEqual(parseBatchSize('3'), { count: 3 });
  assert.deepEqual(parseBatchSize('30%'), { percent: 30 });
  for (const wrong of ['', '-1', '101%', '1.5', 'many', '3 %'])
    assert.equal(parseBatchSize(wrong), null);
});

test('sizeOf() rounds a percentage down', () => {
  assert.equal(sizeOf({ percent: 30 }, 11, 0), 3);
  assert.equal(sizeOf({ percent: 5 }, 11, 0), 0);
});
