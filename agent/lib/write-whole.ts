import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * Replaces a file by rename, so that a reader sees the old text or the new and never a half of it.
 * `durable` waits for the disk: for what must be there after a power cut.
 */
export function writeWhole(
  file: string,
  text: string,
  options: { mode: number; durable?: boolean },
): void {
  const temporary = `${file}.new`;
  const handle = openSync(temporary, 'w', options.mode);
  try {
    // The unit's umask would take more away than this file should lose.
    fchmodSync(handle, options.mode);
    writeSync(handle, text);
    if (options.durable === true) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}
