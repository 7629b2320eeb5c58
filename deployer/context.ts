import type { Readable, Writable } from 'node:stream';

/** The process as a command sees it; only main.ts touches `process`. */
export interface Context {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly stdin: Readable & { isTTY?: boolean };
  /** Results: what a pipe should carry. */
  readonly stdout: Writable & { isTTY?: boolean; columns?: number };
  /** Progress and messages for a person. */
  readonly stderr: Writable & { isTTY?: boolean; columns?: number };
  /** Aborted by the first Ctrl-C or a SIGTERM. */
  readonly signal: AbortSignal;
  /** The process's exit code; a command sets it where it is not 0. */
  exitCode: number;
}
