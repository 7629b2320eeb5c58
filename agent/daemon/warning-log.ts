import type { Warning } from '../contract/warnings.ts';
import type { Log } from '../lib/log.ts';

/** Writes a warning to the journal when it begins, when its text changes and when it ends. */
export class WarningLog {
  readonly #log: Log;
  #open = new Map<string, Warning>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** @param warnings all that there are now */
  report(warnings: readonly Warning[]): void {
    const before = this.#open;
    this.#open = new Map(warnings.map(each => [`${each.code} ${each.subject}`, each]));
    for (const [key, { code, subject, text }] of this.#open) {
      if (lasting(before.get(key)?.text) !== lasting(text))
        this.#log.warning(text, { code, subject });
    }
    for (const [key, { code, subject }] of before) {
      if (!this.#open.has(key)) this.#log.info('No longer so', { code, subject });
    }
  }
}

/** A text without the percentage that something has come to: a rebuild would be a line a beat. */
function lasting(text: string | undefined): string | undefined {
  return text?.replace(/\d+ %/, '%');
}
