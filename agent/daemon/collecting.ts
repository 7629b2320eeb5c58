import type { Status } from '../contract/status.ts';
import type { Warning } from '../contract/warnings.ts';

/** What the daemon needs of the collectors. */
export interface Collecting {
  /** Reads the counters once, so that the first beat has something to compare with. */
  prime(): void | Promise<void>;
  /** Everything that a beat says about the host; a part that could not be read is null. */
  collect(): Promise<Collected>;
  /** Calls into the kernel that hang now: Node would wait for them at its end. */
  stuck(): number;
}

export interface Collected {
  readonly body: Readonly<Record<string, unknown>>;
  readonly collectors: Status['collectors'];
  readonly warnings: readonly Warning[];
}
