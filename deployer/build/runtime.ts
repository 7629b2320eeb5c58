import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Arch } from '../../agent/contract/requirements.ts';
import { type ArchiveFile, packTarGz } from '../lib/archive.ts';
import { sha256 } from '../lib/digest.ts';
import { keepNewest, store } from '../lib/store.ts';
import { readTar } from '../lib/tar.ts';
import { cachedRuntime } from './cached-runtime.ts';
import { fetchPackage } from './fetch-package.ts';
import { checkIntegrity } from './integrity.ts';

export interface Runtime {
  /** Such as `node-v24.21.0-linux-x64`: the directory it has on a server. */
  readonly name: string;
  /** Where the archive is kept. It is read from there: in memory it would be the program's largest object. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface RuntimeRequest {
  readonly arch: Arch;
  readonly version: string;
  /** `sha512-…` of the npm package. */
  readonly integrity: string;
  /** Where finished archives are kept. */
  readonly cache: string;
  /** Reports that the next step takes some seconds. */
  readonly progress: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Of npm; this process's where it is left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * The archive of a runtime for the servers: the official Node binary and its licence, out of the npm package
 * that carries it, checked against the integrity that the lock file pins.
 * Throws UserError offline (and nothing cached), or where the package is not the pinned one.
 */
export async function provideRuntime(request: RuntimeRequest): Promise<Runtime> {
  const name = `node-v${request.version}-linux-${request.arch}`;
  // Another pin, or another archive format, has another name.
  const key = sha256(`3 ${request.integrity}`).slice(0, 16);
  const original = join(request.cache, `${name}-${key}.tgz`);
  const kept = join(request.cache, `${name}-${key}.tar.gz`);
  const cached = await cachedRuntime({ name, integrity: request.integrity, original, kept });
  if (cached !== undefined) {
    return { name, path: kept, ...cached };
  }
  request.progress(`Fetching the runtime ${name} (about 50 MB, kept for the next time)`);
  const archive = await fetchPackage(request);
  checkIntegrity(request.arch, archive, request.integrity);
  request.progress(`Packing the runtime ${name}`);
  const bytes = await packTarGz(name, await takeFiles(archive, request.arch), 6);
  await store(original, archive);
  await store(kept, bytes);
  await prune(request);
  return { name, path: kept, bytes: bytes.length, sha256: sha256(bytes) };
}

/** One for this version of Node and one for the version before, for a checkout that goes back. */
async function prune({ arch, cache }: RuntimeRequest): Promise<void> {
  for (const ending of ['\\.tgz', '\\.tar\\.gz']) {
    const name = new RegExp(`^node-v[0-9.]+-linux-${arch}-[0-9a-f]{16}${ending}$`);
    await keepNewest(cache, name, 2);
  }
}

async function takeFiles(archive: Buffer, arch: Arch): Promise<Record<string, ArchiveFile>> {
  const files: Record<string, ArchiveFile> = {};
  for await (const { name, body } of readTar(await promisify(gunzip)(archive))) {
    if (name === 'package/bin/node') {
      files['bin/node'] = { body, executable: true };
    } else if (name === 'package/LICENSE') {
      files['LICENSE'] = { body, executable: false };
    }
  }
  if (Object.keys(files).length !== 2) {
    throw new Error(
      `Expected bin/node and LICENSE in node-linux-${arch}, found ${Object.keys(files).join(', ') || 'neither'}`,
    );
  }
  return files;
}
