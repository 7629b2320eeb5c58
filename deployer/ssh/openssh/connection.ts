import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { execa } from 'execa';
import { ConnectionLost } from '../errors.ts';
import { type ChannelEnd, type CommandChannel, runCommand } from '../run-command.ts';
import { said } from '../said.ts';
import type { SshConfig } from '../ssh-config.ts';
import type {
  CommandTarget,
  Connection,
  ExecOptions,
  ExecResult,
  TransportDeps,
} from '../transport.ts';
import { commandArguments } from './arguments.ts';
import { EndMark } from './end-mark.ts';
import type { OpensshMaster } from './master.ts';

const SSH_FAILED = 255;
const LOST_MS = 500;

/** A logged-in server over OpenSSH: each command is an ssh process that shares the master's connection. */
export class OpensshConnection implements Connection {
  readonly #deps: TransportDeps;
  readonly #target: CommandTarget;
  readonly #config: SshConfig;
  readonly #master: OpensshMaster;

  constructor(
    deps: TransportDeps,
    target: CommandTarget,
    config: SshConfig,
    master: OpensshMaster,
  ) {
    this.#deps = deps;
    this.#target = target;
    this.#config = config;
    this.#master = master;
  }

  exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    const open = async (line: string): Promise<CommandChannel> => this.#open(line);
    return runCommand({ target: this.#target, user: this.#config.user, open }, command, options);
  }

  close(): Promise<void> {
    return this.#master.close();
  }

  #open(line: string): CommandChannel {
    const { lost } = this.#master;
    lost.throwIfAborted();
    const mark = new EndMark(randomBytes(8).toString('hex'));
    const args = commandArguments(this.#config, this.#master.socket, mark.wrap(line));
    const child = execa('ssh', args, {
      env: { ...this.#deps.env },
      extendEnv: false,
      buffer: false,
      reject: false,
      detached: true,
    });
    child.stdin.on('error', () => {});
    const stderr = new PassThrough();
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-2000);
      stderr.write(mark.read(chunk));
    });
    const end = Promise.withResolvers<ChannelEnd>();
    end.promise.catch(() => {});
    const onLost = (): void => end.reject(lost.reason);
    lost.addEventListener('abort', onLost, { once: true });
    child.then(({ exitCode, signal, originalMessage }) => {
      stderr.end(mark.rest());
      if (exitCode === undefined || (exitCode === SSH_FAILED && !mark.ended)) {
        // The connection may be about to end as well, and then its own message says more.
        const failure = this.#failure(words || (originalMessage ?? ''));
        setTimeout(() => end.reject(failure), LOST_MS);
      } else {
        lost.removeEventListener('abort', onLost);
        setImmediate(() => end.resolve({ code: exitCode, signal: signal ?? null }));
      }
    }, end.reject);
    return {
      stdin: child.stdin,
      stdout: child.stdout,
      stderr,
      ended: end.promise,
      kill: () => child.kill('SIGTERM'),
    };
  }

  #failure(words: string): ConnectionLost {
    const why =
      words.trim() === ''
        ? 'ssh gave no exit code: a signal ended it, or the link went'
        : said(words);
    return new ConnectionLost(
      this.#target.name,
      `A command on ${this.#target.name} did not finish (${why}): what it did is unknown, look at the server and run this again`,
    );
  }
}
