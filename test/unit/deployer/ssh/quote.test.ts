import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { quote, quoteWord } from '../../../../deployer/lib/quote.ts';

test('quoteWord() leaves a plain word as it is', () => {
  assert.equal(quoteWord('/opt/homelab-agent/current'), '/opt/homelab-agent/current');
});

test('quoteWord() puts quotes and backslashes outside single quotes, which fish reads like sh', () => {
  assert.equal(quoteWord("it's"), "'it'\\''s'");
  assert.equal(quoteWord('a\\b'), "'a'\\\\'b'");
  assert.equal(quoteWord(''), "''");
});

test('quoteWord() refuses a NUL byte, which no argument can hold', () => {
  assert.throws(() => quoteWord('a\0b'), /without NUL/);
});

test('quote() gives a shell exactly the arguments', async () => {
  const argv = [
    '',
    ' ',
    "'",
    '"',
    '\\',
    '$HOME',
    '`id`',
    '!',
    '*',
    '~',
    'a\nb',
    '-n',
    'ü',
    '#x',
    '\\n',
  ];
  const { stdout } = await execa('sh', ['-c', `printf '<%s>' ${quote(argv)}`]);
  assert.equal(stdout, argv.map(word => `<${word}>`).join(''));
});
