import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ExecaError, execa } from 'execa';
import type { Arch } from '../../agent/contract/requirements.ts';
import { type ArchiveFile, packTarGz } from '../lib/archive.ts';
import { sha256, sha256OfFile } from '../lib/digest.ts';
import { UserError } from '../lib/errors.ts';
import { keepNewest, store } from '../lib/store.ts';
import { readTar } from '../lib/tar.ts';
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
  const key = sha256(`2 ${request.integrity}`).slice(0, 16);
  const kept = join(request.cache, `${name}-${key}.tar.gz`);
  const cached = await lookAtCached(kept);
  if (cached !== undefined) {
    return { name, path: kept, ...cached };
  }
  request.progress(`Fetching the runtime ${name} (about 50 MB, kept for the next time)`);
  const archive = await fetchPackage(request);
  checkIntegrity(request.arch, archive, request.integrity);
  request.progress(`Packing the runtime ${name}`);
  const bytes = await packTarGz(name, await takeFiles(archive, request.arch), 6);
  const digest = sha256(bytes);
  await store(`${kept}.sha256`, digest);
  await store(kept, bytes);
  await prune(request);
  return { name, path: kept, bytes: bytes.length, sha256: digest };
}

/** One for this version of Node and one for the version before, for a checkout that goes back. */
async function prune({ arch, cache }: RuntimeRequest): Promise<void> {
  for (const ending of ['', '\\.sha256']) {
    const name = new RegExp(`^node-v[0-9.]+-linux-${arch}-[0-9a-f]{16}\\.tar\\.gz${ending}$`);
    await keepNewest(cache, name, 2);
  }
}

/** A cached archive that was changed or damaged is not used. */
async function lookAtCached(path: string): Promise<Pick<Runtime, 'bytes' | 'sha256'> | undefined> {
  try {
    const wanted = await readFile(`${path}.sha256`, 'utf8');
    if ((await sha256OfFile(path)) !== wanted) return undefined;
    return { bytes: (await stat(path)).size, sha256: wanted };
  } catch {
    return undefined;
  }
}

/**
 * npm's own retries take more than a minute where it has no registry, while servers wait. Its time limit is for the
 * answer to begin, not for all of it.
 */
const NPM_OPTIONS = [
  ...['--prefer-offline', '--ignore-scripts'],
  ...['--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-timeout=10000'],
];

async function fetchPackage(request: RuntimeRequest): Promise<Buffer> {
  const { arch, version, signal, env } = request;
  const directory = await mkdtemp(join(tmpdir(), 'homelab-deploy-runtime-'));
  const spec = `node-linux-${arch}@${version}`;
  try {
    await execa('npm', ['pack', ...NPM_OPTIONS, '--pack-destination', directory, spec], {
      cwd: directory,
      stdin: 'ignore',
      timeout: 600_000,
      ...(signal && { cancelSignal: signal }),
      ...(env && { env, extendEnv: false }),
    });
    return await readFile(join(directory, `node-linux-${arch}-${version}.tgz`));
  } catch (cause) {
    if (!(cause instanceof ExecaError) || cause.isCanceled) {
      throw cause;
    }
    const said = String(cause.stderr).trim().split('\n').slice(0, 3).join('; ');
    throw new UserError(
      `Cannot fetch the npm package ${spec}, which carries the runtime for ${arch} servers: ` +
        `${said || cause.shortMessage}. Run it once where npm can reach its registry: the result ` +
        `is kept in ${request.cache}`,
      { cause },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
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
