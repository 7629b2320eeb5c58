import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeDirectory } from '../../../../deployer/lib/make-directory.ts';

test('makeDirectory() makes what is missing, with the mode, and again nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'make-'));
  try {
    for (const _ of ['first', 'again']) await makeDirectory(join(directory, 'a/b/c'), 0o700);
    assert.equal((await stat(join(directory, 'a/b/c'))).mode & 0o777, 0o700);
    await Promise.all([1, 2, 3].map(() => makeDirectory(join(directory, 'd/e/f'))));
    assert.ok((await stat(join(directory, 'd/e/f'))).isDirectory());
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('makeDirectory() ends where no directory can be made', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'make-'));
  try {
    await writeFile(join(directory, 'file'), '');
    await assert.rejects(makeDirectory(join(directory, 'file')), { code: 'EEXIST' });
    await assert.rejects(makeDirectory(join(directory, 'file/x')), { code: /ENOTDIR|EEXIST/ });
    await assert.rejects(makeDirectory('/proc/homelab/x'), { code: /ENOENT|EACCES|EPERM/ });
  } finally {
    await rm(directory, { recursive: true });
  }
});
