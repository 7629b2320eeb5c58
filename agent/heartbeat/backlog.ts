import type { Heartbeat } from '../contract/heartbeat.ts';

/** A beat that was missed, as it will be sent again. */
interface Missed {
  readonly text: string;
  /** How often the hub answered this one with an error while it accepted the live beat. */
  strikes: number;
}

/**
 * Missed beats, oldest first. Only identity, time and metrics: for everything else the hub uses the
 * last arrival as current, whatever its timestamp.
 */
export class Backlog {
  readonly #missed: Missed[] = [];
  #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#missed.length;
  }

  get oldest(): Missed | undefined {
    return this.#missed[0];
  }

  /** Keeps a beat, if need be in place of the oldest. One without metrics is not kept. */
  keep(beat: Heartbeat): void {
    const { server_guid, server_id, hostname, timestamp, metrics } = beat;
    if (metrics === undefined || metrics === null) return;
    const text = JSON.stringify({ server_guid, server_id, hostname, timestamp, metrics });
    this.#missed.push({ text, strikes: 0 });
    this.resize(this.#capacity);
  }

  /** Drops the oldest. */
  drop(): void {
    this.#missed.shift();
  }

  resize(capacity: number): void {
    this.#capacity = capacity;
    this.#missed.splice(0, Math.max(0, this.#missed.length - capacity));
  }

  /** Drops all: they belong to an identity that this server no longer has. */
  clear(): void {
    this.#missed.length = 0;
  }
}
