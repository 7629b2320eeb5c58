/** After this cycle the memory that a start needed is free. */
const first = 2;
/** Cycles from one collection to the next: each costs as much as two or three beats. */
const every = 30;

/**
 * Has V8 free what the start, and later the beats, no longer need. By itself V8 waits until the heap has grown by a
 * factor, which takes weeks in a program that allocates little.
 */
export class HeapTrimmer {
  readonly #collect: typeof globalThis.gc;
  #cycles = 0;

  /** `collect` is what Node has with --expose-gc; without it nothing happens. */
  constructor(collect: typeof globalThis.gc) {
    this.#collect = collect;
  }

  cycleEnded(): void {
    this.#cycles += 1;
    if (this.#cycles % every !== first) return;
    // 'last-resort' also empties V8's reserves. It is expensive, and only the start fills them.
    const flavor = this.#cycles === first ? 'last-resort' : 'regular';
    this.#collect?.({ type: 'major', execution: 'sync', flavor });
  }
}
