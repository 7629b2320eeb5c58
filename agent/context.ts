import type { Writable } from 'node:stream';
import type { Self } from './daemon/start-up-info.ts';
import type { Clock } from './lib/clock.ts';
import type { AgentFiles } from './places.ts';

/** What a command knows of its process; only main.ts uses `process`. */
export interface AgentContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly self: Self;
  readonly hostname: string;
  /** The name of the release that this bundle stands in. */
  readonly release: string;
  readonly clock: Clock;
  readonly stdout: Writable & { isTTY?: boolean };
  readonly stderr: Writable & { isTTY?: boolean };
  /** Aborted by SIGTERM or Ctrl-C. */
  readonly stop: AbortSignal;
  /** Calls `listener` at each SIGHUP. */
  onReload(listener: () => void): void;
  /** Set if calls hang in the kernel: a normal exit would wait for them. */
  abandon: boolean;
}

/** A command's own part of the command line. */
export interface CommandOptions {
  /** `/`, or the tree that stands for a host. */
  readonly root: string;
  readonly places: AgentFiles;
  readonly configFile: string;
  /** What follows the command's name. */
  readonly operands: readonly string[];
}

/** Runs a command and gives the process's exit code. */
export type AgentCommand = (options: CommandOptions, context: AgentContext) => Promise<number>;

/** EX_CONFIG of sysexits.h: the configuration is missing or invalid. */
export const configExit = 78;
/** The command line is wrong. */
export const usageExit = 2;
