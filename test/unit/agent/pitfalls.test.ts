import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { pitfallsNotHeld, readPitfalls } from '../../support/pitfalls.ts';

const [first = assert.fail('Expected a pitfall')] = readPitfalls();
const { file, title } = first;

test('the pitfalls are numbered, and each names a test file that is there', () => {
  const pitfalls = readPitfalls();
  assert.deepEqual(
    pitfalls.map(({ number }) => number),
    Array.from({ length: 49 }, (_, index) => index + 1),
  );
  assert.deepEqual(
    pitfalls.filter(each => !existsSync(new URL(`../../../${each.file}`, import.meta.url))),
    [],
  );
});

const held = { skipped: [], missing: [] };

function judged(name: string, outcome: 'passed' | 'failed' | 'skipped') {
  return pitfallsNotHeld([{ name, file, outcome, reason: '', isSuite: false }]);
}

test('a pitfall is held by its test when that passed, and not asked for where its file was not run', () => {
  assert.deepEqual(judged(`It ${title}`, 'passed'), held);
  assert.deepEqual(pitfallsNotHeld([]), held);
});

test('a pitfall is not held by a test that is skipped, alone or with its suite', () => {
  for (const name of [title, 'its suite']) {
    assert.deepEqual(judged(name, 'skipped'), { skipped: [1], missing: [] });
  }
});

test('a pitfall is not held by a test that failed, or by another', () => {
  for (const [name, outcome] of [
    [title, 'failed'],
    ['another name', 'passed'],
  ] as const) {
    const { skipped, missing } = judged(name, outcome);
    assert.deepEqual(skipped, []);
    assert.match(missing.join(), /^Pitfall 1: Expected a test that passes, /);
  }
});
