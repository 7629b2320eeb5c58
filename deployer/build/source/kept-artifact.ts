import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { keepNewest, store } from '../../lib/store.ts';
import { type Artifact, buildArtifact } from '../artifact.ts';
import type { Home } from '../home.ts';

/** What the artifact is made of and by; the lock file stands for the packages. */
const SOURCES = [
  'agent',
  'deployer/build',
  'deployer/lib',
  'LICENSE',
  'package.json',
  'package-lock.json',
];
/** How many artifacts of earlier sources to keep: switching between two branches then needs no build. */
const KEPT = 4;
const NAME = /^artifact-[0-9a-f]{32}\.json$/;

const Kept = z.object({ file: z.string(), sums: z.string(), bytes: z.string() });

type KeptArtifact = Pick<Artifact, 'file' | 'bytes' | 'sums'>;

/**
 * The artifact of a checkout: as it was built the last time if no source has changed since, else built now. Building is
 * reproducible, so the two are the same bytes; only the time differs.
 */
export async function keptArtifact(home: Home, cache: string): Promise<KeptArtifact> {
  const path = join(cache, `artifact-${await fingerprint(home.root)}.json`);
  const kept = await read(path);
  if (kept !== null) return kept;
  const { file, bytes, sums } = await buildArtifact(home.root, home.version);
  await store(path, JSON.stringify({ file, sums, bytes: bytes.toString('base64') }));
  await keepNewest(cache, NAME, KEPT);
  return { file, bytes, sums };
}

async function read(path: string): Promise<KeptArtifact | null> {
  try {
    const { file, sums, bytes } = Kept.parse(JSON.parse(await readFile(path, 'utf8')));
    return { file, sums, bytes: Buffer.from(bytes, 'base64') };
  } catch {
    // Missing, incomplete, or of another version: it is built again.
    return null;
  }
}

/** A digest of the names and contents of all that goes into the artifact. */
async function fingerprint(root: string): Promise<string> {
  const files = (await Promise.all(SOURCES.map(source => filesBelow(join(root, source))))).flat();
  files.sort();
  const hash = createHash('sha256');
  const contents = await Promise.all(files.map(file => readFile(file)));
  for (const [at, content] of contents.entries()) {
    hash.update(`${files[at]?.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}

async function filesBelow(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}
