import { rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError, UserError } from '../../lib/errors.ts';
import { makeDirectory } from '../../lib/make-directory.ts';

/** A file that is not there yet. */
export interface NewFile {
  readonly path: string;
  /** As messages name it. */
  readonly shown: string;
  readonly text: string;
  /** Readable by its owner alone. */
  readonly secret: boolean;
  /** What it is, in a few words. */
  readonly about: string;
}

/**
 * Writes new files, all or none. Throws UserError when one is there already or cannot be written: those before it are
 * removed again.
 */
export async function writeFiles(files: readonly NewFile[]): Promise<void> {
  const written: string[] = [];
  for (const { path, shown, text, secret } of files) {
    try {
      await makeDirectory(dirname(path), secret ? 0o700 : 0o777);
      await writeFile(path, text, { flag: 'wx', flush: true, mode: secret ? 0o600 : 0o666 });
      written.push(path);
    } catch (error) {
      for (const one of written) await rm(one, { force: true });
      throw new UserError(`Cannot write ${shown}: ${fileError(error)}. Nothing was written`, {
        cause: error,
      });
    }
  }
}
