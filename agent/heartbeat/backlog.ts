import type { Heartbeat } from '../contract/heartbeat.ts';

/** A beat that was missed, as it will be sent again. */
interface Missed {
  readonly text: string;
  /** How often the hub answered this one with an error while it took the live beat. */
  strikes: number;
}

/**
 * Beats that the hub has not had, oldest first. Identity, time and metrics alone: for everything else the hub takes the
 * last arrival for the truth, whatever its timestamp.
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

  /** Keeps a beat; the oldest goes where there is no room. One without metrics has nothing to tell later. */
  keep(beat: Heartbeat): void {
    const { server_guid, server_id, hostname, timestamp, metrics } = beat;
    if (metrics === undefined || metrics === null) return;
    const text = JSON.stringify({ server_guid, server_id, hostname, timestamp, metrics });
    this.#missed.push({ text, strikes: 0 });
    this.resize(this.#capacity);
  }

  /** Forgets the oldest. */
  drop(): void {
    this.#missed.shift();
  }

  resize(capacity: number): void {
    this.#capacity = capacity;
    this.#missed.splice(0, Math.max(0, this.#missed.length - capacity));
  }

  /** A sample taken as another server would be filed under a name that it no longer has. */
  clear(): void {
    this.#missed.length = 0;
  }
}
