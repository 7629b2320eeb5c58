import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { writeWhole } from '../../../../agent/lib/write-whole.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'write-whole-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('writeWhole() replaces a file and sets its mode', () => {
  const file = join(directory, 'status.json');
  writeWhole(file, 'old', { mode: 0o600 });
  writeWhole(file, 'new', { mode: 0o644, durable: true });
  assert.equal(readFileSync(file, 'utf8'), 'new');
  assert.equal(statSync(file).mode & 0o777, 0o644);
});

test("writeWhole() does not touch another writer's unfinished file", () => {
  const file = join(directory, 'status.json');
  writeWhole(`${file}.new`, 'half of', { mode: 0o600 });
  writeWhole(file, 'whole', { mode: 0o644 });
  assert.equal(readFileSync(`${file}.new`, 'utf8'), 'half of');
});

test('writeWhole() leaves nothing behind where it fails', () => {
  const file = join(directory, 'status.json');
  mkdirSync(file);
  assert.throws(() => writeWhole(file, 'text', { mode: 0o644 }), { code: 'EISDIR' });
  assert.deepEqual(readdirSync(directory), ['status.json']);
});
