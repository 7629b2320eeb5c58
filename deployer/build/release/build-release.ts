import { readdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { arches } from '../../../agent/contract/requirements.ts';
import { sha256sums } from '../../lib/digest.ts';
import { UserError } from '../../lib/errors.ts';
import { store } from '../../lib/store.ts';
import { cacheDirectory } from '../../lib/xdg.ts';
import { buildDist } from '../build-dist.ts';
import { findHome } from '../home.ts';
import { buildCollection } from './build-collection.ts';

/**
 * Builds all that a release consists of, with SHA256SUMS: the npm package, the collection, the files for servers and their
 * archive, and the bill of materials. Answers with the names of the files.
 * Throws UserError where the directory has something in it, or a tool is missing.
 */
export async function buildRelease(out: string, say: (line: string) => void): Promise<string[]> {
  if ((await readdir(out).catch(() => [])).length > 0) {
    throw new UserError(`Expected an empty directory at ${out}, found files: remove them first`);
  }
  try {
    return await buildAll(out, say);
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    throw error;
  }
}

async function buildAll(out: string, say: (line: string) => void): Promise<string[]> {
  const home = await findHome();
  say('Building the files for servers');
  await buildDist({
    home,
    out,
    arches: [...arches],
    cache: cacheDirectory({ env: process.env, home: homedir() }),
    progress: say,
  });
  say('Packing the npm package');
  await execa('npm', ['pack', '--silent', '--pack-destination', out], {
    cwd: home.root,
    stdin: 'ignore',
  });
  say('Building the collection');
  // Under a name of its own: that of ansible-galaxy is the one of the files for servers.
  const collection = `homelab-agent-collection-${home.version}.tar.gz`;
  await buildCollection(home.root, join(out, collection));
  const names = (await readdir(out)).filter(name => name !== 'SHA256SUMS').sort();
  const files: Record<string, Uint8Array> = {};
  for (const name of names) files[name] = await readFile(join(out, name));
  await store(join(out, 'SHA256SUMS'), sha256sums(files));
  return [...names, 'SHA256SUMS'];
}
