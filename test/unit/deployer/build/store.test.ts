import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../../../deployer/lib/errors.ts';
import { store } from '../../../../deployer/lib/store.ts';

test('store() makes the directory, replaces the file, and leaves nothing else there', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'store-'));
  const path = join(directory, 'a', 'file');
  try {
    await store(path, 'old');
    await store(path, 'new');
    assert.equal(await readFile(path, 'utf8'), 'new');
    assert.deepEqual(await readdir(join(directory, 'a')), ['file']);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('store() says where it could not write, and why', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'store-'));
  try {
    await writeFile(join(directory, 'file'), '');
    await assert.rejects(store(join(directory, 'file', 'x'), ''), (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.match(
        error.message,
        /^Cannot write \S+\/file\/x: (it is there already|a file is where its path has a directory)$/,
      );
      return true;
    });
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('store() writes a secret for its owner alone, and touches no other unfinished file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'store-'));
  const path = join(directory, 'a', 'file');
  try {
    await store(path, 'for everybody');
    await writeFile(`${path}.tmp`, 'of somebody else');
    await store(path, 'secret', { secret: true });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal(await readFile(`${path}.tmp`, 'utf8'), 'of somebody else');
    await store(join(directory, 'b', 'file'), 'secret', { secret: true });
    assert.equal((await stat(join(directory, 'b'))).mode & 0o777, 0o700);
  } finally {
    await rm(directory, { recursive: true });
  }
});
