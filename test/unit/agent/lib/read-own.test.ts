import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readingFault, readOwn } from '../../../../agent/lib/read-own.ts';

const directory = mkdtempSync(join(tmpdir(), 'read-own-'));
after(() => rmSync(directory, { recursive: true }));

/** Why it cannot be read. */
function fault(name: string): string | null {
  try {
    readOwn(join(directory, name));
    return null;
  } catch (error) {
    return readingFault(error);
  }
}

test('readOwn() gives the text of a file', () => {
  writeFileSync(join(directory, 'status.json'), '{"é":1}');
  assert.equal(readOwn(join(directory, 'status.json')), '{"é":1}');
});

test('readOwn() neither waits for a pipe, follows a link nor reads what is too large', () => {
  execFileSync('mkfifo', [join(directory, 'pipe')]);
  symlinkSync('/dev/zero', join(directory, 'link'));
  writeFileSync(join(directory, 'large'), '');
  truncateSync(join(directory, 'large'), 1_500_000_000);
  assert.equal(fault('pipe'), 'not a regular file');
  assert.equal(fault('link'), 'ELOOP');
  assert.match(fault('large') ?? '', /^larger than/);
  assert.equal(fault('none'), 'ENOENT');
});
