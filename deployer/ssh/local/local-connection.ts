import { untilAborted } from '../../lib/waiting.ts';
import { ConnectionLost } from '../errors.ts';
import { type CommandChannel, runCommand } from '../run-command.ts';
import {
  type CommandTarget,
  type Connection,
  commandTarget,
  type ExecOptions,
  type ExecResult,
  type Target,
  type Transport,
  type TransportDeps,
} from '../transport.ts';
import { type KillSignal, type LocalProcess, startLocally } from './local-process.ts';

const KILL_MS = 10_000;

/** This machine as one of the servers: no login, no host key, and the user is the one who runs the deployer. */
class LocalConnection implements Connection {
  readonly #deps: TransportDeps;
  readonly #target: CommandTarget;
  readonly #closed = new AbortController();
  readonly #running = new Set<LocalProcess>();

  constructor(deps: TransportDeps, target: CommandTarget) {
    this.#deps = deps;
    this.#target = target;
  }

  exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    const viaSudo = options.sudo === true && this.#deps.localUser !== this.#target.become.user;
    return this.#run(command, options, async line => this.#open(line, viaSudo));
  }

  /** Ends what still runs, and waits until it has ended: the deployer is about to exit. */
  async close(): Promise<void> {
    const { name } = this.#target;
    const text = `A command on ${name} was ended with its connection: what it did is unknown, look at the server and run this again`;
    this.#closed.abort(new ConnectionLost(name, text));
    for (const child of this.#running) child.kill();
    await Promise.all([...this.#running].map(({ gone }) => gone));
  }

  #run(
    command: string,
    options: ExecOptions,
    open: (line: string) => Promise<CommandChannel>,
  ): Promise<ExecResult> {
    return runCommand({ target: this.#target, user: this.#deps.localUser, open }, command, options);
  }

  #open(line: string, viaSudo: boolean): CommandChannel {
    const { signal } = this.#closed;
    signal.throwIfAborted();
    const child = this.#start(line, viaSudo);
    this.#running.add(child);
    child.gone.then(() => this.#running.delete(child)).catch(() => {});
    const ended = untilAborted(child.ended, signal);
    ended.catch(() => {});
    return { ...child, ended };
  }

  #start(line: string, viaSudo: boolean): LocalProcess {
    const killAsRoot = viaSudo ? this.#killAsRoot : undefined;
    return startLocally({ host: this.#target.name, line, env: this.#deps.env, killAsRoot });
  }

  /** Past `close`, for that is when it is wanted. */
  readonly #killAsRoot = async (signal: KillSignal, group: number): Promise<boolean> => {
    const options = { sudo: true, timeoutMs: KILL_MS };
    const open = async (line: string): Promise<CommandChannel> => this.#start(line, false);
    const killing = this.#run(`kill -s ${signal} -- -${group}`, options, open);
    return killing.then(
      ({ code }) => code === 0,
      () => false,
    );
  };
}

/** The way to the machine on which the deployer itself runs (`ansible_connection: local`). */
export class LocalTransport implements Transport {
  readonly #deps: TransportDeps;

  constructor(deps: TransportDeps) {
    this.#deps = deps;
  }

  /** Throws nothing but the signal's reason: there is nothing to reach. */
  async connect(target: Target, signal?: AbortSignal): Promise<Connection> {
    signal?.throwIfAborted();
    return new LocalConnection(this.#deps, commandTarget(target));
  }
}
