import { closeSync, fstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Status } from '../contract/status.ts';
import type { Log } from '../lib/log.ts';
import { writeWhole } from '../lib/write-whole.ts';

/** Writes status.json. That it cannot be written is logged once; the beats go on. */
export class StatusFile {
  readonly #file: string;
  readonly #log: Log;
  readonly #isMadeAtStart: boolean;
  #failed = false;
  /** The directory that it was written to, kept open: another that takes its place cannot have its number then. */
  #directory: number | undefined;

  /** `isMadeAtStart` if systemd makes the directory each time that it starts the service. */
  constructor(file: string, log: Log, { isMadeAtStart }: { isMadeAtStart: boolean }) {
    this.#file = file;
    this.#log = log;
    this.#isMadeAtStart = isMadeAtStart;
  }

  /** The directory was removed, and in the unit's sandbox no other takes its place before the next start. */
  get isLost(): boolean {
    if (!this.#isMadeAtStart || !this.#failed || this.#directory === undefined) return false;
    const held = fstatSync(this.#directory, { bigint: true });
    const found = statSync(dirname(this.#file), { bigint: true, throwIfNoEntry: false });
    return found === undefined || found.ino !== held.ino || found.dev !== held.dev;
  }

  write(status: Status): void {
    const text = `${JSON.stringify(status)}\n`;
    try {
      try {
        writeWhole(this.#file, text, { mode: 0o644 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        mkdirSync(dirname(this.#file), { recursive: true, mode: 0o755 });
        writeWhole(this.#file, text, { mode: 0o644 });
        this.#hold();
      }
      this.#failed = false;
      if (this.#directory === undefined) this.#hold();
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      if (!this.#failed) this.#log.warning('Cannot write the status', { file: this.#file, reason });
      this.#failed = true;
    }
  }

  #hold(): void {
    if (this.#directory !== undefined) closeSync(this.#directory);
    this.#directory = openSync(dirname(this.#file), 'r');
  }
}
