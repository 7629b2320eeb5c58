import { randomUUID } from 'node:crypto';
import { chmod, chown, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError, UserError } from './errors.ts';
import { makeDirectory } from './make-directory.ts';

export interface StoreOptions {
  /** Only the owner may read the file, and enter the directories that are made for it. */
  readonly secret?: boolean;
  /** A file that is replaced keeps its mode and owner, and a link to it stays one. */
  readonly keepsAccess?: boolean;
}

/**
 * Writes a file whole or not at all: beside its place, then by rename, so that a concurrent reader has the
 * old one, and an interrupted run leaves no partial file under its name.
 * Throws UserError when the directory cannot be made or written to.
 */
export async function store(
  path: string,
  data: string | Uint8Array,
  { secret = false, keepsAccess = false }: StoreOptions = {},
): Promise<void> {
  const target = keepsAccess ? await realpath(path).catch(() => path) : path;
  const fresh = `${target}.${randomUUID()}.tmp`;
  try {
    await makeDirectory(dirname(path), secret ? 0o700 : 0o777);
    await writeFile(fresh, data, { flag: 'wx', flush: true, mode: secret ? 0o600 : 0o666 });
    if (keepsAccess) await copyAccess(target, fresh);
    await rename(fresh, target);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {});
    throw new UserError(`Cannot write ${path}: ${fileError(cause)}`, { cause });
  }
}

async function copyAccess(from: string, to: string): Promise<void> {
  const found = await stat(from).catch(() => undefined);
  if (found === undefined) return;
  await chmod(to, found.mode & 0o7777);
  // Only root can give a file away, and only for root it would change.
  await chown(to, found.uid, found.gid).catch(() => {});
}

/** Removes of the files in a directory whose names fit all but the newest, by the time of their last change. */
export async function keepNewest(directory: string, name: RegExp, count: number): Promise<void> {
  const names = (await readdir(directory)).filter(each => name.test(each));
  const aged = await Promise.all(names.map(each => age(join(directory, each))));
  aged.sort((a, b) => b.time - a.time);
  await Promise.all(aged.slice(count).map(({ path }) => rm(path, { force: true })));
}

/** A file that another run has removed meanwhile is the oldest of all. */
async function age(path: string): Promise<{ path: string; time: number }> {
  const found = await stat(path).catch(() => null);
  return { path, time: found?.mtimeMs ?? 0 };
}
