import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findHome, type Home } from '../../../../deployer/build/home.ts';
import { keptArtifact } from '../../../../deployer/build/source/kept-artifact.ts';

let directory: string;
let home: Home;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'homelab-kept-'));
  const real = await findHome();
  home = { ...real, root: join(directory, 'clone') };
  for (const part of ['agent', 'deployer/build', 'deployer/lib', 'LICENSE']) {
    await cp(join(real.root, part), join(home.root, part), { recursive: true });
  }
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json']) {
    await cp(join(real.root, file), join(home.root, file));
  }
  await symlink(join(real.root, 'node_modules'), join(home.root, 'node_modules'));
});
after(async () => rm(directory, { recursive: true }));

test('keptArtifact() gives the same bytes again without building, and others once a source changes', async () => {
  const cache = join(directory, 'cache');
  const made = await keptArtifact(home, cache);
  const kept = await keptArtifact(home, cache);
  assert.deepEqual(kept, made);
  assert.equal((await readdir(cache)).length, 1);
  await appendFile(join(home.root, 'agent/install/config.yaml.example'), '# one more line\n');
  const changed = await keptArtifact(home, cache);
  assert.notEqual(changed.sums, made.sums);
  assert.equal((await readdir(cache)).length, 2);
});

test('keptArtifact() builds anew where what was kept is no longer whole', async () => {
  const cache = join(directory, 'cache-2');
  const made = await keptArtifact(home, cache);
  const [name = ''] = await readdir(cache);
  await rm(join(cache, name));
  await appendFile(join(cache, name), '{"file":');
  assert.deepEqual(await keptArtifact(home, cache), made);
});
