import type { Step } from '../plan/plan.ts';

/** How a push ended on one server. With `--check`, `changed` means that it would. */
export type Outcome =
  | 'unchanged'
  | 'changed'
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
  /** The release that is wanted there; null where that was never found out. */
  readonly release: string | null;
  readonly previous: string | null;
  readonly steps: readonly Step[];
  /** Bytes of the transfer; 0 where nothing was sent. */
  readonly sentBytes: number;
  /** What install-agent.sh said that it changed. */
  readonly changes: readonly string[];
  /** Why it ended so, for everything but `unchanged` and `changed`. */
  readonly reason: string | null;
  readonly journal: readonly string[];
  /** Unified diffs, secrets masked; null unless asked for. */
  readonly diff: string | null;
  /** A server that may be off (`homelab_agent_optional`): unreachable is no trouble there. */
  readonly optional: boolean;
}
