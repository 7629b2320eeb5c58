import type { Answer, Status } from '../contract/status.ts';
import { bounded, type Warning } from '../contract/warnings.ts';
import type { Outcome } from '../heartbeat/outcome.ts';
import { timestamp } from '../lib/timestamp.ts';

type Fixed = Pick<Status, 'version' | 'release' | 'pid' | 'started'>;
type Configured = Pick<Status, 'config_sha256' | 'interval'>;

/** How a heartbeat was sent. */
interface Sending {
  /** When the delivery ended. */
  readonly at: Date;
  /** When the next heartbeat is due. */
  readonly nextDue: Date;
  /** Missed beats that were sent with it. */
  readonly replayed: number;
  readonly queued: number;
}

/** Counts what happened since the start, in the form of status.json. */
export class StatusKeeper {
  #status: Status;

  constructor(fixed: Fixed) {
    this.#status = {
      ...fixed,
      config_sha256: null,
      last_attempt: null,
      last_success: null,
      last_error: null,
      last_answer: null,
      last_cause: null,
      next_due: null,
      beats: { sent: 0, failed: 0, queued: 0 },
      collectors: {},
      warnings: [],
      interval: 0,
    };
  }

  get status(): Status {
    return this.#status;
  }

  configured(configured: Configured): void {
    this.#status = { ...this.#status, ...configured };
  }

  collected(collectors: Status['collectors'], warnings: readonly Warning[]): void {
    this.#status = { ...this.#status, collectors, warnings: bounded(warnings) };
  }

  sent(outcome: Outcome, { at, nextDue, replayed, queued }: Sending): void {
    const { sent, failed } = this.#status.beats;
    const last_attempt = timestamp(at);
    const next_due = timestamp(nextDue);
    this.#status =
      outcome.kind === 'delivered'
        ? {
            ...this.#status,
            last_attempt,
            next_due,
            last_success: last_attempt,
            last_error: null,
            last_answer: 'accepted',
            last_cause: null,
            beats: { sent: sent + replayed + 1, failed, queued },
          }
        : {
            ...this.#status,
            last_attempt,
            next_due,
            last_error: outcome.words,
            last_answer: answers[outcome.kind],
            last_cause: outcome.cause,
            beats: { sent: sent + replayed, failed: failed + 1, queued },
          };
  }
}

const answers: Readonly<Record<Exclude<Outcome['kind'], 'delivered'>, Answer>> = {
  refused: 'refused',
  invalid: 'refused',
  failed: 'failed',
};
