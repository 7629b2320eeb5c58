import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { untilAborted } from '../../lib/waiting.ts';
import { ConnectionLost, Unreachable } from '../errors.ts';
import { said } from '../said.ts';
import type { TransportDeps } from '../transport.ts';
import { masterArguments, type Route, type Secrets } from './arguments.ts';
import { Askpass, type AskpassAnswer } from './askpass.ts';
import { withoutUsual } from './explain-openssh.ts';

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

/** ssh's exit code for its own failures. */
const SSH_FAILED = 255;

/** Thrown when the master ended before it was ready; the message is what ssh said. */
export class MasterEnded extends Error {
  override name = 'MasterEnded';
  /** Where the login worked and the command did not run: how that showed, and the command's output. */
  readonly instead: { readonly how: string; readonly output: string } | undefined;

  constructor(words: string, instead?: MasterEnded['instead']) {
    super(words);
    this.instead = instead;
  }
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
  #output = '';

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
    const askpass = await Askpass.start(dir, answers);
    const env = { ...deps.env, ...askpass.env };
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
      // ssh makes the socket once it is logged in. Another error than Unreachable is not about time.
      const loggedIn = existsSync(master.socket) && error instanceof Unreachable;
      await master.close();
      if (!loggedIn) throw error;
      const how = 'it had not begun when the time was up';
      throw new MasterEnded(master.#words, { how, output: master.#output });
    } finally {
      await askpass.close();
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
    this.#process.stdin.on('error', () => {});
    this.#process.stdout.on('data', (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString('utf8')).slice(-WORDS_LIMIT);
      if (this.#output.includes(mark)) ready.resolve();
    });
    this.#process.stderr.on('data', (chunk: Buffer) => {
      this.#words = (this.#words + chunk.toString('utf8')).slice(-WORDS_LIMIT);
    });
    this.#process.then(({ exitCode, originalMessage }) => {
      this.#lost.abort(this.#lostError());
      // A command may end with ssh's own code for failures: then there is its output, or no word of a failure.
      const failed = exitCode === SSH_FAILED && this.#output === '';
      const quiet = this.#words !== '' && withoutUsual(this.#words) === '';
      const ran = exitCode !== undefined && (!failed || quiet);
      const instead = ran ? { how: `exit ${exitCode}`, output: this.#output } : undefined;
      ready.reject(new MasterEnded(this.#words.trim() || (originalMessage ?? ''), instead));
    }, ready.reject);
    await ready.promise;
    // What the login said has no part in why the connection is lost later.
    this.#words = '';
  }

  #lostError(): ConnectionLost {
    // ssh says nothing when the server stops answering.
    const words = withoutUsual(this.#words);
    const why = words === '' ? 'closed by the server, or no answer for 40 s' : said(words);
    return new ConnectionLost(
      this.#host,
      `The connection to ${this.#host} was lost (${why}): what was running there is unknown, run this again`,
    );
  }
}

function socketIn(dir: string): string {
  return join(dir, 's');
}
