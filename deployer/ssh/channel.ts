import type { Readable, Writable } from 'node:stream';

/** How a command ended: an exit code, or the signal that ended it, or neither when the link went first. */
export interface ChannelEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A running command, whichever transport runs it. `ended` never rejects before the command was begun. */
export interface CommandChannel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<ChannelEnd>;
  /** Ends the command as far as that can be done from here. */
  kill(): void;
}
