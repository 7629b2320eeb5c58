import type { Clock } from '../../agent/lib/clock.ts';

interface Sleeper {
  readonly asked: number;
  readonly due: number;
  wake(): void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #monotonic = 0;
  #wall: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(wall = '2026-01-01T00:00:00.000Z') {
    this.#wall = Date.parse(wall);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  now(): Date {
    return new Date(this.#wall);
  }

  /** The milliseconds that each sleeper asked for. */
  get sleeping(): number[] {
    return [...this.#sleepers].map(({ asked }) => asked);
  }

  /** The wall clock alone, as an operator or NTP sets it. */
  set(wall: string): void {
    this.#wall = Date.parse(wall);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const abort = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        asked: ms,
        due: this.#monotonic + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Moves both clocks, and wakes who is due, in order. */
  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (;;) {
      const [next] = [...this.#sleepers].sort((one, other) => one.due - other.due);
      if (next === undefined || next.due > end) break;
      this.#move(next.due - this.#monotonic);
      next.wake();
    }
    this.#move(end - this.#monotonic);
  }

  #move(ms: number): void {
    const forward = Math.max(0, ms);
    this.#monotonic += forward;
    this.#wall += forward;
  }
}
