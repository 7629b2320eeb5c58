import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { unifiedDiff } from '../../../../deployer/diff/unified-diff.ts';
import { need } from '../../../support/need.ts';

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

test(
  'unifiedDiff() gives what patch(1) needs to come from the one text to the other',
  need('git'),
  () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 25 })
      .map(lines => `${lines.join('\n')}\n`);
    const directory = mkdtempSync(join(tmpdir(), 'homelab-diff-'));
    const file = join(directory, 'f');
    try {
      fc.assert(
        fc.property(text, text, (before, after) => {
          fc.pre(before !== after);
          writeFileSync(file, before);
          const input = unifiedDiff('f', before, after);
          const patched = execFileSync('git', ['apply', '--unidiff-zero', '-p0', '-'], {
            cwd: directory,
            input,
            encoding: 'utf8',
            env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
          });
          assert.equal(patched, '');
          assert.equal(execFileSync('cat', [file], { encoding: 'utf8' }), after);
        }),
        { numRuns: 25 },
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
