/** After this cycle what a start needed is garbage. */
const first = 2;
/** Cycles from one collection to the next: each costs as much as two or three beats. */
const every = 30;

/**
 * Has V8 give back what the start, and later the beats, have left behind. By itself V8 waits until the heap has grown by
 * its own factor, which in a program that allocates little is megabytes and weeks away.
 */
export class Reclaim {
  readonly #collect: typeof globalThis.gc;
  #cycles = 0;

  /** `collect` is what Node has with --expose-gc; without it nothing happens. */
  constructor(collect: typeof globalThis.gc) {
    this.#collect = collect;
  }

  cycleEnded(): void {
    this.#cycles += 1;
    if (this.#cycles % every !== first) return;
    // The flavour of last resort empties V8's reserves, too. It is dear, and only the start fills them.
    const flavor = this.#cycles === first ? 'last-resort' : 'regular';
    this.#collect?.({ type: 'major', execution: 'sync', flavor });
  }
}
