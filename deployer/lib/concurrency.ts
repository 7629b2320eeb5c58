import pLimit, { type LimitFunction } from 'p-limit';
import { untilAborted } from './waiting.ts';

/** Makes a function wait for its own earlier calls, so that two questions never stand on the screen at once. */
export function oneAtATime<A extends unknown[], R>(
  work: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (...args) => {
    const next = last.then(() => work(...args));
    last = next.catch(() => {});
    return next;
  };
}

/**
 * Lets few handshakes with one sshd run at a time: beyond 10 it drops new connections at random (MaxStartups
 * 10:30:100).
 */
export class StartLimit {
  readonly #most: number;
  readonly #limits = new Map<string, LimitFunction>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Runs `work` when there is room under `key`, in the order of asking. Throws the signal's reason while it waits. */
  async run<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const limit = this.#limits.get(key) ?? pLimit(this.#most);
    this.#limits.set(key, limit);
    const begun = Promise.withResolvers<void>();
    const done = limit(() => {
      signal?.throwIfAborted();
      begun.resolve();
      return work();
    });
    if (signal !== undefined) await untilAborted(Promise.race([begun.promise, done]), signal);
    return await done;
  }
}

/**
 * Runs `work` for every item, at most `limit` at a time, and gives the results in the items' order.
 * Once `stop` says so, no further item is started; its place stays undefined.
 */
export async function pool<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
  stop: () => boolean = () => false,
): Promise<(Result | undefined)[]> {
  return await pLimit(limit).map(items, async item => (stop() ? undefined : await work(item)));
}
