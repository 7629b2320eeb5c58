/** Two beats closer together than this say nothing new. */
const minGap = 5_000;

/**
 * When beats are due, in monotonic milliseconds: `origin + phase + n × interval`. The phase comes from server_id, so
 * that servers that were started together do not send together.
 */
export class BeatSchedule {
  readonly interval: number;
  readonly #origin: number;

  constructor(serverId: string, interval: number, origin: number) {
    this.interval = interval;
    this.#origin = origin + phaseOf(serverId, interval);
  }

  /** The first due time after `now` that is not too close to the beat that began at `last`. */
  next(now: number, last: number): number {
    const earliest = Math.max(now, last + Math.min(minGap, this.interval / 2));
    const beats = Math.floor((earliest - this.#origin) / this.interval) + 1;
    return this.#origin + beats * this.interval;
  }
}

/** FNV-1a (32 bits) of the name, so that no cryptographic library is loaded for it. */
function phaseOf(serverId: string, interval: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(serverId)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % interval;
}
