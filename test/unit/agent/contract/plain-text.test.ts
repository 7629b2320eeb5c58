import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, plainLines } from '../../../../agent/contract/plain-text.ts';

test('plain() writes out what steers a terminal, turns the direction or cannot be seen', () => {
  assert.equal(plain('a\u001b[2J\u009b31m\u202e\u200b'), 'a\\u001b[2J\\u009b31m\\u202e\\u200b');
  assert.equal(plain('\u{e0041}\u034f\u3164\u{1d173}'), '\\u{e0041}\\u034f\\u3164\\u{1d173}');
  assert.equal(plain('Zoë 🦊 日本'), 'Zoë 🦊 日本');
  assert.equal(plain('a\nb'), 'a\\u000ab');
  assert.equal(plainLines('a\n\tb\r'), 'a\n\tb\\u000d');
});
