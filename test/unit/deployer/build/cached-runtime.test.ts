import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, rm, truncate, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { cachedRuntime } from '../../../../deployer/build/cached-runtime.ts';
import { packTarGz } from '../../../../deployer/lib/archive.ts';
import { sha256 } from '../../../../deployer/lib/digest.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

const NAME = 'node-v1.2.3-linux-x64';
const plain = (text: string, executable = false) => ({ body: Buffer.from(text), executable });
const NODE = { 'bin/node': plain('the node', true), LICENSE: plain('the licence') };

/** A cache with what npm gave and what was made of it, after a change. */
async function look(change: (kept: string, original: string) => Promise<void> = async () => {}) {
  await using directory = await TestDirectory.create({});
  const [original, kept] = [directory.file('a.tgz'), directory.file('a.tar.gz')];
  const given = await packTarGz('package', { ...NODE, 'package.json': plain('{}') });
  const made = await packTarGz(NAME, NODE);
  await writeFile(original, given);
  await writeFile(kept, made);
  await change(kept, original);
  const integrity = `sha512-${createHash('sha512').update(given).digest('base64')}`;
  return { found: await cachedRuntime({ name: NAME, integrity, original, kept }), made };
}

test('cachedRuntime() gives what was kept, if it is made of the package that the lock file pins', async () => {
  const { found, made } = await look();
  assert.deepEqual(found, { bytes: made.length, sha256: sha256(made) });
});

const changes: Record<string, (kept: string, original: string) => Promise<void>> = {
  'has grown': kept => appendFile(kept, 'x'),
  'is cut short': kept => truncate(kept, 100),
  'has another node in it': async kept => {
    const evil = { ...NODE, 'bin/node': plain('evil', true) };
    await writeFile(kept, await packTarGz(NAME, evil));
  },
  'has a file more': async kept => {
    await writeFile(kept, await packTarGz(NAME, { ...NODE, 'bin/sh': plain('evil', true) }));
  },
  'has other modes': async kept => {
    await writeFile(kept, await packTarGz(NAME, { ...NODE, LICENSE: plain('the licence', true) }));
  },
  'is gone': kept => rm(kept),
  'lies beside no package': (_, original) => rm(original),
  'was changed together with its package': async (kept, original) => {
    const evil = { ...NODE, 'bin/node': plain('evil', true) };
    await writeFile(kept, await packTarGz(NAME, evil));
    await writeFile(original, await packTarGz('package', evil));
  },
};
for (const [what, change] of Object.entries(changes)) {
  test(`cachedRuntime() gives nothing where the kept archive ${what}`, async () => {
    assert.equal((await look(change)).found, undefined);
  });
}
