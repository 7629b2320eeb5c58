import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { execa } from 'execa';
import { packTarGz } from '../../../../deployer/lib/archive.ts';
import { readTar } from '../../../../deployer/lib/tar.ts';

const files = {
  VERSION: { body: Buffer.from('0.1.0\n'), executable: false },
  'bin/node': { body: Buffer.alloc(1500, 'n'), executable: true },
};

test('packTarGz() gives the same bytes for the same files, in whatever order they come', async () => {
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  assert.deepEqual(await packTarGz('top', files), await packTarGz('top', reversed));
});

test('packTarGz() gives what tar lists as files of root from the epoch, with their modes', async () => {
  const { stdout } = await execa('tar', ['-tvz', '--utc', '--full-time'], {
    input: await packTarGz('top', files),
  });
  assert.deepEqual(
    stdout.split('\n').map(line => line.replaceAll(/ +/g, ' ')),
    [
      'drwxr-xr-x root/root 0 1970-01-01 00:00:00 top/',
      'drwxr-xr-x root/root 0 1970-01-01 00:00:00 top/bin/',
      '-rw-r--r-- root/root 6 1970-01-01 00:00:00 top/VERSION',
      '-rwxr-xr-x root/root 1500 1970-01-01 00:00:00 top/bin/node',
    ],
  );
});

test('packTarGz() writes no time and no name into the gzip header', async () => {
  // RFC 1952: 0x1f 0x8b, deflate, no flags (so no name), four bytes of time.
  const head = (await packTarGz('top', files)).subarray(0, 8);
  assert.deepEqual([...head], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
});

test('readTar() gives back the files that tar wrote, whole', async () => {
  const tar = await promisify(gunzip)(await packTarGz('top', files));
  const found: [string, number, string][] = [];
  for await (const { name, mode, body } of readTar(tar)) {
    found.push([name, mode, createHash('sha256').update(body).digest('hex').slice(0, 8)]);
  }
  const digest = (body: Buffer) => createHash('sha256').update(body).digest('hex').slice(0, 8);
  assert.deepEqual(found, [
    ['top/VERSION', 0o644, digest(files.VERSION.body)],
    ['top/bin/node', 0o755, digest(files['bin/node'].body)],
  ]);
});

test('readTar() refuses what is cut short or no tar at all', async () => {
  const tar = await promisify(gunzip)(await packTarGz('top', files));
  const drain = async (bytes: Uint8Array) => {
    for await (const _ of readTar(bytes));
  };
  await assert.rejects(drain(tar.subarray(0, 2600)));
  await assert.rejects(drain(Buffer.alloc(1024, 'x')));
});
