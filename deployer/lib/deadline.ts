/** A time limit for each stage of something, with its own message, which can be paused while a person is being asked something. */
export class Deadline {
  #stage = 'an answer';
  readonly #controller = new AbortController();
  readonly #reason: (stage: string) => Error;
  readonly #outer: AbortSignal | undefined;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  readonly #ms: number;
  #leftMs: number;
  #since = 0;
  #pauses = 0;

  /** `reason` makes the error to end with when the time is up; `outer` ends it earlier, with its own reason. */
  constructor(
    ms: number,
    reason: (stage: string) => Error,
    outer?: AbortSignal,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    this.#ms = ms;
    this.#leftMs = ms;
    this.#reason = reason;
    this.#outer = outer;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Names what is waited for next, for the message (`a TCP connection`), and gives it the whole time again. */
  enter(stage: string): void {
    this.#stage = stage;
    this.#leftMs = this.#ms;
    if (this.#timer === undefined || this.#pauses > 0) return;
    clearTimeout(this.#timer);
    this.#run();
  }

  /** Starts the clock; `stop` must follow. */
  start(): this {
    this.#outer?.addEventListener('abort', this.#onOuter, { once: true });
    if (this.#outer?.aborted) this.#onOuter();
    this.#run();
    return this;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onOuter);
  }

  /** Waits for something while the clock is paused, such as a person's answer. */
  async paused<T>(waiting: Promise<T>): Promise<T> {
    if (this.#pauses === 0) {
      clearTimeout(this.#timer);
      this.#leftMs -= this.#now() - this.#since;
    }
    this.#pauses += 1;
    try {
      return await waiting;
    } finally {
      this.#pauses -= 1;
      if (this.#pauses === 0) this.#run();
    }
  }

  readonly #onOuter = (): void => this.#controller.abort(this.#outer?.reason);

  #run(): void {
    if (this.signal.aborted) return;
    this.#since = this.#now();
    this.#timer = setTimeout(
      () => this.#controller.abort(this.#reason(this.#stage)),
      Math.max(0, this.#leftMs),
    );
  }
}
