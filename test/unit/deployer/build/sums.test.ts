import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { sha256sums } from '../../../../deployer/lib/digest.ts';

test('sha256sums() writes what sha256sum -c accepts, sorted as the C locale sorts', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sums-'));
  const files = { b: Buffer.from('1'), B: Buffer.from('2'), 'a.txt': Buffer.from('3') };
  try {
    for (const [name, body] of Object.entries(files)) await writeFile(join(directory, name), body);
    const { stdout } = await execa('sh', ['-c', 'LC_ALL=C; export LC_ALL; sha256sum *'], {
      cwd: directory,
      stripFinalNewline: false,
    });
    assert.equal(sha256sums(files), stdout);
  } finally {
    await rm(directory, { recursive: true });
  }
});
