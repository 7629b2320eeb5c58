import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepNewest } from '../../../../deployer/lib/store.ts';

test('keepNewest() removes the oldest of the files that fit, and nothing else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'keep-'));
  try {
    for (const [age, name] of ['a-3', 'a-1', 'other', 'a-2'].entries()) {
      await writeFile(join(directory, name), '');
      await utimes(join(directory, name), 1_000 - age, 1_000 - age);
    }
    await keepNewest(directory, /^a-[0-9]$/, 2);
    assert.deepEqual((await readdir(directory)).sort(), ['a-1', 'a-3', 'other']);
  } finally {
    await rm(directory, { recursive: true });
  }
});
