import type { Heartbeat } from '../contract/heartbeat.ts';
import type { Answer, Figures, Status } from '../contract/status.ts';
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
      figures: null,
      interval: 0,
    };
  }

  get status(): Status {
    return this.#status;
  }

  configured(configured: Configured): void {
    this.#status = { ...this.#status, ...configured };
  }

  collected(collectors: Status['collectors'], beat: Heartbeat, warnings: readonly Warning[]): void {
    const figures = figuresOf(beat);
    this.#status = { ...this.#status, collectors, figures, warnings: bounded(warnings) };
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

function figuresOf({ metrics, updates_available: updates, security_updates }: Heartbeat): Figures {
  return {
    cpu_percent: metrics?.cpu_percent,
    memory_percent: metrics?.memory_percent,
    disk_percent: metrics?.disk_percent,
    load_1m: metrics?.load_1m,
    uptime_seconds: metrics?.uptime_seconds,
    updates,
    security_updates,
    reboot_required: metrics?.reboot_required,
  };
}

const answers: Readonly<Record<Exclude<Outcome['kind'], 'delivered'>, Answer>> = {
  refused: 'refused',
  invalid: 'refused',
  failed: 'failed',
};
