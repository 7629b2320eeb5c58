import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineReader } from '../../../../deployer/lib/line-reader.ts';

function linesOf(...chunks: Buffer[]): string[] {
  const lines: string[] = [];
  const read = lineReader(line => lines.push(line));
  for (const chunk of chunks) read(chunk);
  return lines;
}

test('lineReader() gives whole lines, whatever the chunks are', () => {
  const bytes = Buffer.from('größe\n\nlast\nunfinished');
  const single = Array.from(bytes, byte => Buffer.from([byte]));
  assert.deepEqual(linesOf(...single), ['größe', '', 'last']);
  assert.deepEqual(linesOf(bytes), ['größe', '', 'last']);
});

test('lineReader() keeps the head of a line that is too long, and reads on after its end', () => {
  const endless = Array.from({ length: 2_000 }, () => Buffer.alloc(64 * 1024, 'x'));
  const [line, next] = linesOf(...endless, Buffer.from('\nnext\n'));
  assert.equal(line?.length, 64 * 1024);
  assert.equal(next, 'next');
});
