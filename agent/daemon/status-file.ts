import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Status } from '../contract/status.ts';
import type { Log } from '../lib/log.ts';
import { writeWhole } from '../lib/write-whole.ts';

/** Writes status.json. That it cannot be written is logged once; the beats go on. */
export class StatusFile {
  readonly #file: string;
  readonly #log: Log;
  #failed = false;

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
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
      }
      this.#failed = false;
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      if (!this.#failed) this.#log.warning('Cannot write the status', { file: this.#file, reason });
      this.#failed = true;
    }
  }
}
