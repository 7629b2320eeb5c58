import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineReader } from '../../../../deployer/lib/line-reader.ts';

function linesOf(...chunks: Buffer[]): string[] {
  const reader = new LineReader();
  return [...chunks.flatMap(chunk => reader.read(chunk)), ...reader.end()];
}

test('LineReader gives whole lines, whatever the chunks are, and what is left at the end', () => {
  const bytes = Buffer.from('größe\n\nlast\nunfinished');
  const single = Array.from(bytes, byte => Buffer.from([byte]));
  assert.deepEqual(linesOf(...single), ['größe', '', 'last', 'unfinished']);
  assert.deepEqual(linesOf(bytes), ['größe', '', 'last', 'unfinished']);
});

test('LineReader keeps the head of a line that is too long, and reads on after its end', () => {
  const endless = Array.from({ length: 2_000 }, () => Buffer.alloc(64 * 1024, 'x'));
  const [line, next] = linesOf(...endless, Buffer.from('\nnext\n'));
  assert.equal(line?.length, 64 * 1024);
  assert.ok(line.endsWith('x…'));
  assert.equal(next, 'next');
});
