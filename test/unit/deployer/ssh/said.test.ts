import assert from 'node:assert/strict';
import { test } from 'node:test';
import { said } from '../../../../deployer/ssh/said.ts';

test('said() quotes what was said on one line, without control characters', () => {
  assert.equal(said(' one\r\n\r\n two "2"\n'), String.raw`it said "one; two \"2\""`);
  assert.equal(said('\u001b[31mred\u009b'), String.raw`it said "\u001b[31mred\u009b"`);
});

test('said() says so where nothing was said', () => {
  assert.equal(said(' \r\n '), 'it said nothing');
});

test('said() keeps the end of a long text, where the reason is, in bounded time', () => {
  const text = said(`${'x\n'.repeat(1_000_000)}the reason`);
  assert.ok(text.length < 500, String(text.length));
  assert.match(text, /^it said "….*the reason"$/);
});
