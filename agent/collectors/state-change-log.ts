import type { Log, LogData } from '../lib/log.ts';

/**
 * A lasting problem is one line in the journal when it begins and one when it ends.
 */
export class StateChangeLog {
  readonly #log: Log;
  readonly #open = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Logs `message` unless the last message about `subject` was the same. */
  raise(subject: string, message: string, data: LogData = {}): void {
    const words = `${message} ${JSON.stringify(data)}`;
    if (this.#open.get(subject) === words) return;
    this.#open.set(subject, words);
    this.#log.warning(message, data);
  }

  /** Logs `message` if a problem with `subject` was logged before. */
  clear(subject: string, message: string, data: LogData = {}): void {
    if (this.#open.delete(subject)) this.#log.info(message, data);
  }
}
