import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';

/** A call did not answer in time, or was not made because an earlier one still hangs. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
}

/**
 * Runs calls that may never return: statfs on a dead mount, a sensor whose driver hangs.
 *
 * Such a call cannot be cancelled, and it holds one of libuv's four threads. So what hangs is not called again before
 * it has answered, and if `limit` calls hang at once no further one is made, so that the other threads stay free for
 * name look-ups and files.
 */
export class CallGuard {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #limit: number;
  readonly #hanging = new Set<string>();

  constructor(
    clock: Clock,
    { limitMs = 1000, limit = 2 }: { limitMs?: number; limit?: number } = {},
  ) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#limit = limit;
  }

  /** How many calls hang at this moment. */
  get hanging(): number {
    return this.#hanging.size;
  }

  /** Throws NoAnswer when `call` takes too long, or the earlier call of this `key` still has not returned. */
  async run<T>(key: string, call: () => Promise<T>): Promise<T> {
    if (this.#hanging.has(key)) throw new NoAnswer('An earlier call has not answered yet');
    if (this.#hanging.size >= this.#limit)
      throw new NoAnswer('Not asked, as too many others do not answer');
    this.#hanging.add(key);
    const answer = call().finally(() => this.#hanging.delete(key));
    return await within(answer, {
      clock: this.#clock,
      ms: this.#limitMs,
      late: () => new NoAnswer(`No answer within ${this.#limitMs / 1000} s`),
    });
  }
}
