import { runCommand } from '../run-command.ts';
import type { CommandTarget, Connection, ExecOptions, ExecResult } from '../transport.ts';
import type { Ssh2Session } from './ssh2-session.ts';

/** A logged-in server over ssh2. */
export class NodeSshConnection implements Connection {
  readonly #target: CommandTarget;
  readonly #user: string;
  readonly #session: Ssh2Session;

  constructor(target: CommandTarget, user: string, session: Ssh2Session) {
    this.#target = target;
    this.#user = user;
    this.#session = session;
  }

  exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    const session = this.#session;
    const open = (line: string, signal: AbortSignal) => session.open(line, signal);
    return runCommand({ target: this.#target, user: this.#user, open }, command, options);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
