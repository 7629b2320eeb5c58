import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounded, Warning, warning } from '../../../../agent/contract/warnings.ts';

test('a warning passes its own schema, whatever its text and subject are made of', () => {
  const odd = `\u001b[2J\n${'x'.repeat(400)}\ud800`;
  for (const each of [warning('filesystem-silent', odd, odd), warning('apt-lists-old', '')]) {
    assert.deepEqual(Warning.parse(each), each);
  }
});

test('the schema refuses what would act on a terminal, and a code that is none', () => {
  assert.ok(!Warning.safeParse({ code: 'a-b', text: '\u001b[2J' }).success);
  assert.ok(!Warning.safeParse({ code: 'A b', text: 'x' }).success);
});

test('bounded() keeps the status file small, and says how many warnings it left out', () => {
  const many = Array.from({ length: 33 }, (_, at) => warning('service-unknown', 'x', `s${at}`));
  const kept = bounded(many);
  assert.equal(kept.length, 31);
  assert.match(kept.at(-1)?.text ?? '', /^3 more warnings/);
  assert.deepEqual(bounded(many.slice(3)), many.slice(3));
});
