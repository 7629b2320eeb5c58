/** A time limit that can stand still while a person is being asked something. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #reason: () => Error;
  #timer: NodeJS.Timeout | undefined;
  #leftMs: number;
  #since = 0;
  #pauses = 0;

  /** `reason` makes the error to end with, when the time is up. */
  constructor(ms: number, reason: () => Error) {
    this.#leftMs = ms;
    this.#reason = reason;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  start(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.#controller.abort(this.#reason()), this.#leftMs);
  }

  /** Waits for something that must not count, such as a person's answer. */
  async paused<T>(waiting: Promise<T>): Promise<T> {
    if (this.#pauses === 0) {
      this.clear();
      this.#leftMs -= performance.now() - this.#since;
    }
    this.#pauses += 1;
    try {
      return await waiting;
    } finally {
      this.#pauses -= 1;
      if (this.#pauses === 0 && !this.#controller.signal.aborted) this.start();
    }
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
