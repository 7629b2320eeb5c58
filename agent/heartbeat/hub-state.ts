import type { Log } from '../lib/log.ts';
import type { Delivered } from './delivery.ts';

/** With more seconds of skew figures are misplaced in the hub's graphs. */
const maxSkew = 30;

interface Circumstances {
  /** The hub's URL. */
  readonly hub: string;
  readonly queued: number;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/**
 * What is logged about the hub: one line when something changes, none while it stays the same.
 */
export class HubState {
  readonly #log: Log;
  #state = 'new';
  #missed = 0;
  #since = 0;
  #rejected: string | undefined;
  #skewed = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Reports one cycle. */
  report({ outcome, replayed }: Delivered, circumstances: Circumstances): void {
    const { hub, queued, now } = circumstances;
    if (outcome.kind === 'delivered') {
      this.#delivered(outcome.registered, replayed, circumstances);
      this.#rejectedPart(outcome.rejected);
      return;
    }
    if (this.#missed === 0) this.#since = now;
    this.#missed++;
    if (outcome.cause === this.#state) return;
    this.#state = outcome.cause;
    const level = outcome.kind === 'failed' ? 'warning' : 'error';
    this.#log[level]('Heartbeat not delivered', {
      hub,
      reason: outcome.words,
      queued,
    });
  }

  /** `seconds` that the hub's clock is ahead of ours; undefined until it has said so. */
  reportSkew(seconds: number | undefined): void {
    const skewed = Math.abs(seconds ?? 0) > maxSkew;
    if (skewed && !this.#skewed) {
      this.#log.warning("This server's clock and the hub's differ: is time synchronised on both?", {
        hub_ahead_seconds: seconds,
      });
    } else if (!skewed && this.#skewed) {
      this.#log.info("This server's clock and the hub's agree again");
    }
    this.#skewed = skewed;
  }

  #delivered(registered: boolean, replayed: number, circumstances: Circumstances): void {
    const { hub, queued, now } = circumstances;
    const missed = this.#missed;
    if (missed > 0) {
      const seconds = Math.round((now - this.#since) / 1000);
      const data = { hub, missed, replayed, still_queued: queued, after_seconds: seconds };
      this.#log.info('Heartbeat delivered again', data);
    } else if (this.#state === 'new' || registered) {
      this.#log.info(
        registered ? 'The hub registered this server' : 'The hub accepts the heartbeats',
        {
          hub,
        },
      );
    }
    this.#state = 'ok';
    this.#missed = 0;
  }

  #rejectedPart(words: string | undefined): void {
    if (words === this.#rejected) return;
    this.#rejected = words;
    if (words === undefined) this.#log.info('The hub accepts complete heartbeats again');
    else
      this.#log.warning('The hub accepted the heartbeat only without a part of it', {
        reason: words,
      });
  }
}
