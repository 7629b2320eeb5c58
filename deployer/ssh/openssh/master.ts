import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { untilAborted } from '../../lib/waiting.ts';
import { ConnectionLost } from '../errors.ts';
import type { TransportDeps } from '../transport.ts';
import { masterArguments, type Route, type Secrets } from './arguments.ts';
import { type AskpassAnswer, writeAskpass } from './askpass.ts';

const OPTIONS = {
  buffer: false,
  reject: false,
  extendEnv: false,
  forceKillAfterDelay: 1000,
  // A session of its own: Ctrl-C on the terminal must not end it, and ssh must not ask there.
  detached: true,
} as const;

type Ssh = ResultPromise<typeof OPTIONS>;
const WORDS_LIMIT = 8192;
/** A Unix socket's path ends at 107 bytes, and ssh adds 17 of its own while it makes the socket. */
const PATH_LIMIT = 80;

/** Thrown when the master ended before it was logged in; the message is what ssh said. */
export class MasterEnded extends Error {
  override name = 'MasterEnded';
}

/**
 * The one ssh that holds the connection to a server (ControlMaster). It stays in the foreground: one that goes to the
 * background would keep its parent's stderr open for ever. On the server it runs `cat`, so that it ends with our end
 * of the pipe even when this process is killed.
 */
export class OpensshMaster {
  readonly socket: string;
  readonly #host: string;
  readonly #dir: string;
  readonly #process: Ssh;
  readonly #lost = new AbortController();
  readonly #ready: Promise<void>;
  #words = '';

  private constructor(host: string, dir: string, process: Ssh, mark: string) {
    this.#host = host;
    this.#dir = dir;
    this.socket = socketIn(dir);
    this.#process = process;
    this.#ready = this.#watch(mark);
  }

  /** Starts ssh and waits for the login. Throws MasterEnded, or the signal's reason. */
  static async start(
    deps: TransportDeps,
    route: Route,
    secrets: Secrets,
    answers: readonly AskpassAnswer[],
    signal: AbortSignal,
  ): Promise<OpensshMaster> {
    const parent = tmpdir().length > PATH_LIMIT ? '/tmp' : tmpdir();
    const dir = await mkdtemp(join(parent, 'homelab-ssh-'));
    const mark = `ready-${randomBytes(8).toString('hex')}`;
    // Even without an answer: the ssh of a jump host does not get BatchMode, and would ask.
    const env = { ...deps.env, ...(await writeAskpass(dir, answers)) };
    const command = `echo ${mark} && exec cat >/dev/null`;
    const args = masterArguments(route, socketIn(dir), command, secrets);
    const master = new OpensshMaster(
      route.target.name,
      dir,
      execa('ssh', args, { ...OPTIONS, env }) as Ssh,
      mark,
    );
    try {
      await untilAborted(master.#ready, signal);
      return master;
    } catch (error) {
      await master.close();
      throw error;
    }
  }

  /** Aborted, with a ConnectionLost, when the connection is gone. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Ends ssh and removes its directory. Never throws. */
  async close(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#process;
    await rm(this.#dir, { recursive: true, force: true }).catch(() => {});
  }

  async #watch(mark: string): Promise<void> {
    const ready = Promise.withResolvers<void>();
    let output = '';
    this.#process.stdin.on('error', () => {});
    this.#process.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('latin1')).slice(-WORDS_LIMIT);
      if (output.includes(mark)) ready.resolve();
    });
    this.#process.stderr.on('data', (chunk: Buffer) => {
      this.#words = (this.#words + chunk.toString('utf8')).slice(-WORDS_LIMIT);
    });
    this.#process.then(({ originalMessage }) => {
      this.#lost.abort(this.#lostError());
      ready.reject(new MasterEnded(this.#words.trim() || (originalMessage ?? '')));
    }, ready.reject);
    await ready.promise;
  }

  #lostError(): ConnectionLost {
    // At this log level ssh says nothing when the server stops answering.
    const said = this.#words.trim().replaceAll(/\s+/g, ' ');
    const why = said || 'closed by the server, or no answer for 40 s';
    return new ConnectionLost(
      this.#host,
      `The connection to ${this.#host} was lost (${why}): what was running there is unknown, run this again`,
    );
  }
}

function socketIn(dir: string): string {
  return join(dir, 's');
}
