import type { Warning } from '../../agent/contract/warnings.ts';
import type { Step } from '../plan/plan.ts';
import type { Beat } from './first-beat.ts';

/** The result of a push on one server. With `--check`, `changed` means that it would change. */
export type Outcome =
  | 'unchanged'
  | 'changed'
  /** The wanted release is live, and the hub refuses its heartbeats. */
  | 'refused'
  | 'rolled-back'
  | 'failed'
  | 'unreachable'
  /** Nothing was done there: the run ended before its turn. */
  | 'skipped';

export interface HostResult {
  readonly host: string;
  readonly outcome: Outcome;
  /** Wall time spent on this server, in seconds. */
  readonly seconds: number;
  /** The release that is wanted there; null if that is not known. */
  readonly release: string | null;
  readonly previous: string | null;
  readonly steps: readonly Step[];
  /** Bytes of the transfer; 0 if nothing was sent. */
  readonly sentBytes: number;
  /** What install-agent.sh reported as changed. */
  readonly changes: readonly string[];
  /** The reason of every result but `unchanged` and `changed`. */
  readonly reason: string | null;
  readonly journal: readonly string[];
  /** What came of the server's first heartbeat, or of its last where nothing changed; null where that was not asked. */
  readonly beat: Beat | null;
  /** Seconds between the last heartbeat of the release before and the first of the new one; null if unknown. */
  readonly gapSeconds: number | null;
  /** What the agent says of its own figures, as far as it has said anything yet. */
  readonly warnings: readonly Warning[];
  /** Unified diffs, secrets masked; null unless asked for. */
  readonly diff: string | null;
  /** A server that may be off (`homelab_agent_optional`): to be unreachable is no failure there. */
  readonly optional: boolean;
}

/** The reason of a server that was skipped at Ctrl-C, though its turn had come. */
export const UNTOUCHED = 'Interrupted before anything was changed there';

/** The reason of a server where something would have changed, if the answer to the plan was no. */
export const NOT_CONFIRMED = 'Not confirmed';

/** What a push found out about one server before it changes any. */
export interface Planned {
  readonly host: string;
  /** What is to be done there, if `ended` is null. */
  readonly steps: readonly Step[];
  readonly firstInstall: boolean;
  /** How the push of this server ended without a change. */
  readonly ended: Pick<HostResult, 'outcome' | 'reason'> | null;
}

/** The result of a server about which nothing is known yet: its defaults. */
export function blankResult(host: string): HostResult {
  return {
    host,
    outcome: 'failed',
    seconds: 0,
    release: null,
    previous: null,
    steps: [],
    sentBytes: 0,
    changes: [],
    reason: null,
    journal: [],
    beat: null,
    gapSeconds: null,
    warnings: [],
    diff: null,
    optional: false,
  };
}

const FAILURES: ReadonlySet<Outcome> = new Set<Outcome>(['failed', 'rolled-back', 'refused']);

/** Whether it is a failure by the exit code. */
function isFailure(outcome: Outcome): boolean {
  return FAILURES.has(outcome);
}

/** Whether it counts for `--max-fail`, which a server that should be on and is unreachable does as well. */
export function countsAsFailed({ outcome, optional }: HostResult): boolean {
  return isFailure(outcome) || (outcome === 'unreachable' && !optional);
}

/**
 * 130 interrupted, or the plan was answered with no; 1 a server failed, was rolled back or is refused by the hub; 3
 * nothing failed but a server that should be on was unreachable; 0 done.
 */
export function exitCodeOf(results: readonly HostResult[], interrupted: boolean): number {
  if (interrupted || results.some(({ reason }) => reason === NOT_CONFIRMED)) return 130;
  if (results.some(({ outcome }) => isFailure(outcome))) return 1;
  return results.some(({ outcome, optional }) => outcome === 'unreachable' && !optional) ? 3 : 0;
}
