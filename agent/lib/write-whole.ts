import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { pid } from 'node:process';

/**
 * Replaces a file by rename, so that a reader sees the old text or the new and never a half of it.
 * `durable` waits for the disk: for what must be there after a power cut.
 */
export function writeWhole(
  file: string,
  text: string,
  options: { mode: number; durable?: boolean },
): void {
  // Another process, such as a second agent, may be writing the same file.
  const temporary = `${file}.${pid}.new`;
  try {
    const handle = openSync(temporary, 'w', options.mode);
    try {
      // The unit's umask would remove more permissions than this file should lose.
      fchmodSync(handle, options.mode);
      writeFileSync(handle, text);
      if (options.durable === true) fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
