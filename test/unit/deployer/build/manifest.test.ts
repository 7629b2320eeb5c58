import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type Manifest, manifestText, readManifest } from '../../../../deployer/build/manifest.ts';
import { UserError } from '../../../../deployer/lib/errors.ts';

const made: Manifest = {
  version: '0.1.0',
  artifact: {
    file: 'homelab-agent-0.1.0.tar.gz',
    sha256: 'a'.repeat(64),
    bytes: 12,
    sums: `${'b'.repeat(64)}  VERSION\n`,
  },
  runtimes: {
    x64: {
      name: 'node-v24.21.0-linux-x64',
      file: 'node-v24.21.0-linux-x64.tar.gz',
      sha256: 'c'.repeat(64),
      bytes: 34,
    },
  },
};
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'manifest-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('readManifest() reads what manifestText() wrote, with only the runtimes that were made', async () => {
  await writeFile(join(directory, 'manifest.json'), manifestText(made));
  assert.deepEqual(await readManifest(directory), made);
});

test('readManifest() says how to make the manifest where there is none', async () => {
  await assert.rejects(readManifest(directory), (error: Error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /Run "homelab-deploy build --out .*manifest-/);
    return true;
  });
});

test('readManifest() refuses one that is damaged, or that leads out of its directory', async () => {
  const escaping = { ...made, artifact: { ...made.artifact, file: '../x.tar.gz' } };
  for (const text of ['{', '{}', manifestText(escaping)]) {
    await writeFile(join(directory, 'manifest.json'), text);
    await assert.rejects(readManifest(directory), /is not a manifest of this version/);
  }
});
