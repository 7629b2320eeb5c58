import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type TarEntry, writeTar } from './tar.ts';

export interface ArchiveFile {
  readonly body: Uint8Array;
  readonly executable: boolean;
}

/**
 * A .tar.gz with one top directory `top`. The same files give the same bytes: fixed owner, times and
 * modes, names in order, and Node's gzip header carries neither a time nor a name.
 *
 * @param files by their path below `top`
 * @param level of compression, 1 (fast) to 9 (small)
 */
export async function packTarGz(
  top: string,
  files: Readonly<Record<string, ArchiveFile>>,
  level = 9,
): Promise<Buffer> {
  const below = Object.fromEntries(
    Object.entries(files).map(([name, file]) => [`${top}/${name}`, file]),
  );
  return await packWithDirectories(Object.keys(below).flatMap(parents), below, level);
}

/** The same without a top directory, with the directories that are named: `a/`, `a/b/`. */
export async function packWithDirectories(
  directories: readonly string[],
  files: Readonly<Record<string, ArchiveFile>>,
  level = 9,
): Promise<Buffer> {
  const entries: TarEntry[] = [
    ...[...new Set(directories)].sort().map(name => ({ name, mode: 0o755, body: Buffer.alloc(0) })),
    ...Object.entries(files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { body, executable }]) => ({ name, mode: executable ? 0o755 : 0o644, body })),
  ];
  return promisify(gzip)(await writeTar(entries), { level });
}

/** `a/b/c` has the parents `a/` and `a/b/`. */
function parents(path: string): string[] {
  return path
    .split('/')
    .slice(0, -1)
    .map((_, depth, all) => `${all.slice(0, depth + 1).join('/')}/`);
}
