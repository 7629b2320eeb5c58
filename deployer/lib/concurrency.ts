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

/** Lets few handshakes with one sshd run at a time: beyond 10 it drops newcomers at random (MaxStartups 10:30:100). */
export class StartLimit {
  readonly #most: number;
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, Array<() => void>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Runs `work` when there is room under `key`, in the order of asking. Throws the signal's reason while it waits. */
  async run<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    await this.#enter(key, signal);
    try {
      return await work();
    } finally {
      this.#leave(key);
    }
  }

  async #enter(key: string, signal: AbortSignal | undefined): Promise<void> {
    const running = this.#running.get(key) ?? 0;
    if (running < this.#most) {
      this.#running.set(key, running + 1);
      return;
    }
    const queue = this.#waiting.get(key) ?? [];
    this.#waiting.set(key, queue);
    const turn = Promise.withResolvers<void>();
    queue.push(turn.resolve);
    if (signal === undefined) return turn.promise;
    try {
      await untilAborted(turn.promise, signal);
    } catch (reason) {
      const at = queue.indexOf(turn.resolve);
      if (at >= 0) queue.splice(at, 1);
      // Its turn came in the same moment: the place goes on to the next.
      else this.#leave(key);
      throw reason;
    }
  }

  #leave(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    // The place is handed over, so that no later caller takes it.
    if (next !== undefined) next();
    else this.#running.set(key, (this.#running.get(key) ?? 1) - 1);
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
  const results: (Result | undefined)[] = items.map(() => undefined);
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) {
      if (stop()) return;
      results[at] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
