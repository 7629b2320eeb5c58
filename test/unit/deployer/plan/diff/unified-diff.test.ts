import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unifiedDiff } from '../../../../../deployer/plan/diff/host-diff.ts';

test('unifiedDiff() is empty for equal texts', () => {
  assert.equal(unifiedDiff('f', 'a\nb\n', 'a\nb\n'), '');
});

test('unifiedDiff() shows a new file as all additions', () => {
  assert.equal(unifiedDiff('f', null, 'a\nb\n'), '--- /dev/null\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n');
});

test('unifiedDiff() keeps three lines around a change and leaves the rest out', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9', ''].join('\n');
  const after = before.replace('5', 'five');
  assert.equal(
    unifiedDiff('f', before, after),
    '--- f\n+++ f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
  );
});

test('unifiedDiff() shows no diff of texts that have too little in common, however long they are', () => {
  const long = 'x\n'.repeat(1_000_000);
  assert.match(unifiedDiff('f', long, 'a\nb\n'), /^--- f\n\+\+\+ f\n\(not shown: .*\)\n$/);
});
