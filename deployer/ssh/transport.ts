import type { Readable } from 'node:stream';
import type { Secret } from '../inventory/secret.ts';
import type { OnLine } from './output.ts';

/** How to become another user on a server, from the inventory's `ansible_become_*` variables. */
export interface Become {
  /** The user of `sudo: true`; the deployer needs root. */
  readonly user: string;
  readonly password?: Secret | undefined;
  /** `ansible_become_exe`, where sudo is not on the path. */
  readonly exe?: string | undefined;
}

/** One server. What is undefined is left to OpenSSH's own configuration. */
export interface Target {
  /** The inventory's name: what messages call the server, and the alias asked of `ssh -G` when `host` is absent. */
  readonly name: string;
  /** `local`: the machine on which the deployer runs, whatever else stands here; default: over SSH. */
  readonly connection?: 'ssh' | 'local' | undefined;
  /** `ansible_host`: an address, a name, or an alias of the OpenSSH configuration. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly privateKeyFile?: string | undefined;
  /** Arguments for ssh from `ansible_ssh_args`, already split: they win over port, user and key. */
  readonly sshArgsBefore?: readonly string[] | undefined;
  /** The same from `…_common_args` and `…_extra_args`, which come after those. */
  readonly sshArgs: readonly string[];
  /** Time for each step of the way: name and TCP, handshake, each attempt to log in. */
  readonly connectTimeoutMs: number;
  /** How often to try again if it cannot be reached; default: not at all. */
  readonly connectRetries?: number | undefined;
  readonly become: Become;
}

/** Of a target, what running a command over an open connection needs. */
export type CommandTarget = Pick<Target, 'name' | 'connection' | 'become'>;

/** What a connection keeps of its target: the password of the login is none of it. */
export function commandTarget({ name, connection, become }: Target): CommandTarget {
  return { name, connection, become };
}

export interface ExecOptions {
  /**
   * Sent to the command, then end of file; nothing means end of file at once. A Readable is read no faster than the
   * link and destroyed in any case; when it fails, so does the command.
   */
  readonly stdin?: string | Buffer | Readable | undefined;
  /** Gets standard output line by line, without the ends, in place of the result; a pending promise stops reading. */
  readonly onLine?: OnLine | undefined;
  /** The most that is accepted of each output, in bytes: 16 MiB unless set. More ends the command. */
  readonly maxBytes?: number | undefined;
  /** The whole command's deadline in milliseconds; default: five minutes. */
  readonly timeoutMs?: number | undefined;
  /**
   * The longest time in milliseconds without progress: a piece of a stream that is accepted on standard input, or
   * output where no stream is sent.
   */
  readonly stallMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Run as `become.user`: through sudo, or plainly where the login is that user already. */
  readonly sudo?: boolean | undefined;
}

/** What a command that ended by itself left behind: its exit code, and both outputs as UTF-8, untrimmed. */
export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Connection {
  /**
   * Runs one command line by /bin/sh, whatever the login user's shell is, and waits for its end. A few may run side by
   * side (sshd's MaxSessions is 10).
   * Throws ConnectionLost when the link, a signal (with openssh: code 128 and its number) or the deadline ended it,
   * what it did is then unknown; AnswerTooLong, SudoRefused when sudo would not, and the signal's reason when aborted.
   */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** Never throws, may be called twice. */
  close(): Promise<void>;
}

/**
 * The way to the servers. The implementations answer alike: node-ssh, OpenSSH's own `ssh`, and this machine itself.
 * `connect` throws Unreachable, HostKeyRefused or LoginRefused (errors.ts), or the signal's reason.
 */
export interface Transport {
  connect(target: Target, signal?: AbortSignal): Promise<Connection>;
}

/** The dependencies of the transports; `dependencies()` makes it from a command's Context. */
export interface TransportDeps {
  /** The environment for `ssh`, and where SSH_AUTH_SOCK stands. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home that OpenSSH uses for `~`: from the password database, not from HOME. */
  readonly home: string;
  /** Who runs the deployer. */
  readonly localUser: string;
  /** Asks the person for a secret without showing it; absent without a terminal. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /** Ends the questions to OpenSSH, which all servers share. */
  readonly signal?: AbortSignal;
}
