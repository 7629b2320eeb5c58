import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory } from './make-directory.ts';
import { UserError } from './user-error.ts';

export interface StoreOptions {
  /** Only the owner may read the file, and enter the directories that are made for it. */
  readonly secret?: boolean;
}

/**
 * Writes a file whole or not at all: beside its place, then by rename, so that whoever reads meanwhile has the
 * old one, and an interrupted run leaves no half of a new one under its name.
 *
 * @throws UserError where the directory cannot be made or written to
 */
export async function store(
  path: string,
  data: string | Uint8Array,
  { secret = false }: StoreOptions = {},
): Promise<void> {
  const fresh = `${path}.${randomUUID()}.tmp`;
  try {
    await makeDirectory(dirname(path), secret ? 0o700 : 0o777);
    await writeFile(fresh, data, { flag: 'wx', flush: true, mode: secret ? 0o600 : 0o666 });
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {});
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`Cannot write ${path}: ${why}`, { cause });
  }
}
