import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../errors.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * Writes a file whole or not at all: beside its place, then by rename, so that whoever reads meanwhile has the
 * old one, and an interrupted run leaves no half of a new one under its name.
 *
 * @throws UserError where the directory cannot be made or written to
 */
export async function store(path: string, data: string | Uint8Array): Promise<void> {
  const fresh = `${path}.${randomUUID()}.tmp`;
  try {
    await makeDirectory(dirname(path));
    await writeFile(fresh, data, { flush: true });
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {});
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`Cannot write ${path}: ${why}`, { cause });
  }
}
