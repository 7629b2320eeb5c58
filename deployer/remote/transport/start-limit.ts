/** Lets few handshakes with one sshd run at a time: beyond 10 it drops newcomers at random (MaxStartups 10:30:100). */
export class StartLimit {
  readonly #most: number;
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, Array<() => void>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Runs `work` when there is room under `key`, in the order of asking. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.#enter(key);
    try {
      return await work();
    } finally {
      this.#leave(key);
    }
  }

  async #enter(key: string): Promise<void> {
    const running = this.#running.get(key) ?? 0;
    if (running < this.#most) {
      this.#running.set(key, running + 1);
      return;
    }
    const queue = this.#waiting.get(key) ?? [];
    this.#waiting.set(key, queue);
    await new Promise<void>(resolve => queue.push(resolve));
  }

  #leave(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    // The place is handed over, so that nobody slips in between.
    if (next !== undefined) next();
    else this.#running.set(key, (this.#running.get(key) ?? 1) - 1);
  }
}
