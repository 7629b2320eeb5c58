import type { Writable } from 'node:stream';

export interface DemoContext {
  /** The repository. */
  readonly home: string;
  readonly out: Writable & { isTTY?: boolean; columns?: number };
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Leave the servers up. */
  readonly keep: boolean;
  /** One of the Pis is an arm64 server, emulated. */
  readonly arm64: boolean;
}
