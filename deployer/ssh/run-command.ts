import { randomBytes } from 'node:crypto';
import { Readable, Transform, type Writable } from 'node:stream';
import { quote } from '../lib/quote.ts';
import { RunErrors } from './explain-run.ts';
import { OUTPUT_LIMIT, Output, OutputTooLong } from './output.ts';
import { marksOf, StartGate } from './start-gate.ts';
import { shellCommand, sudoCommand } from './sudo.ts';
import type { CommandTarget, ExecOptions, ExecResult } from './transport.ts';

const TIMEOUT_MS = 300_000;
/** Within this time a login shell has read its start-up files and runs what it was given. */
const BEGIN_MS = 30_000;
/** And within this one sudo has let it through. */
const START_MS = 60_000;
/** Of what is said before the command starts. */
const WORDS_LIMIT = 1024 * 1024;

/** The input ends at sudo's second question, which means that the password is wrong. */
const MOST_QUESTIONS = 10;

/** Who runs a command, and how a channel for it is opened. */
export interface Runner {
  readonly target: CommandTarget;
  /** The user of the login, who needs no sudo to be itself. */
  readonly user: string;
  open(command: string, signal: AbortSignal): Promise<CommandChannel>;
}

/** Runs one command to its end: sudo, stdin, both outputs, deadline and abort, alike for every transport. */
export async function runCommand(
  runner: Runner,
  command: string,
  options: ExecOptions,
): Promise<ExecResult> {
  const { target, user } = runner;
  const { stdin, sudo, signal, stallMs } = options;
  const viaSudo = sudo === true && user !== target.become.user;
  const run = new Run(
    runner,
    new StartGate(marksOf(randomBytes(8).toString('hex')), viaSudo),
    options,
  );
  const limit = new AbortController();
  const after = (ms: number | undefined, end: (ms: number) => void): NodeJS.Timeout | undefined =>
    ms === undefined ? undefined : setTimeout(end, ms, ms);
  const late = (ms: number): void => limit.abort(run.errors.late(ms));
  const stall = after(stallMs, ms => limit.abort(run.errors.stalled(ms)));
  const timers = [
    stall,
    after(options.timeoutMs ?? (stallMs === undefined ? TIMEOUT_MS : undefined), late),
    after(BEGIN_MS, ms => run.gate.begun || late(ms)),
    after(START_MS, ms => run.gate.started || late(ms)),
  ];
  const stop = AbortSignal.any([limit.signal, ...(signal ? [signal] : [])]);
  try {
    stop.throwIfAborted();
    const { marks } = run.gate;
    const argv = viaSudo
      ? sudoCommand(command, target.become, marks)
      : shellCommand(command, marks);
    const channel = await runner.open(quote(argv), stop);
    return await run.converse(channel, () => stall?.refresh(), stop);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    if (stdin instanceof Readable) stdin.destroy();
  }
}

/** One command while it runs. */
class Run {
  readonly gate: StartGate;
  readonly errors: RunErrors;
  readonly #target: CommandTarget;
  readonly #options: ExecOptions;
  readonly #stdout: Output;
  readonly #stderr: Output;
  /** Bytes that were said before the command started. */
  #words = 0;
  /** How often sudo asked for the password. */
  #questions = 0;

  constructor({ target, user }: Runner, gate: StartGate, options: ExecOptions) {
    this.#target = target;
    this.gate = gate;
    this.#options = options;
    const { maxBytes = OUTPUT_LIMIT, onLine } = options;
    this.#stdout = new Output(maxBytes, onLine);
    this.#stderr = new Output(Math.min(maxBytes, OUTPUT_LIMIT));
    this.errors = new RunErrors(target, user, gate, () => this.#stdout.text());
  }

  /** Talks to a command that was begun, until its end. */
  async converse(
    channel: CommandChannel,
    onProgress: () => unknown,
    stop: AbortSignal,
  ): Promise<ExecResult> {
    const { stdin } = this.#options;
    const { password } = this.#target.become;
    const failed = Promise.withResolvers<never>();
    // Until the command has begun, stdin may be that of another program. An end of file harms none, and ends a shell
    // that would wait for input.
    const early = stdin === undefined && password === undefined;
    const send = (): void => feed(channel.stdin, stdin, onProgress, failed.reject);
    // A server that only talks does not accept what it is sent.
    const onOutput = stdin instanceof Readable ? () => {} : onProgress;
    const fail = (error: unknown): void =>
      failed.reject(error instanceof OutputTooLong ? this.errors.tooLong() : error);
    const read = (stream: Readable, take: (chunk: Buffer) => Promise<void> | undefined): void => {
      stream.on('data', (chunk: Buffer) => {
        onOutput();
        try {
          const pending = take(chunk);
          if (pending === undefined) return;
          stream.pause();
          pending.then(() => stream.resume(), fail);
        } catch (error) {
          fail(error);
        }
      });
    };
    read(channel.stdout, chunk => this.#stdout.add(chunk));
    read(channel.stderr, chunk => this.#readErrors(chunk, channel, early ? () => {} : send));
    if (early) send();
    const onStop = (): void => failed.reject(stop.reason);
    stop.addEventListener('abort', onStop, { once: true });
    try {
      stop.throwIfAborted();
      return await Promise.race([channel.ended.then(end => this.#result(end)), failed.promise]);
    } catch (error) {
      channel.kill();
      throw error;
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }

  /** Of what comes on stderr, the part up to the command's start is the login's and sudo's. */
  #readErrors(chunk: Buffer, channel: CommandChannel, send: () => void): Promise<void> | undefined {
    const { gate } = this;
    if (!gate.started) this.#words += chunk.length;
    const { own, started, asked } = gate.read(chunk);
    const pending = this.#stderr.add(own);
    if (started) send();
    else if (!gate.started && this.#words > WORDS_LIMIT) throw new OutputTooLong();
    const { password } = this.#target.become;
    if (!asked || password === undefined) return pending;
    this.#questions += 1;
    if (this.#questions === 1) channel.stdin.write(`${password.reveal()}\n`);
    else if (this.#questions === 2) channel.stdin.end();
    else if (this.#questions > MOST_QUESTIONS) throw this.errors.refused();
    return pending;
  }

  async #result({ code, signal }: ChannelEnd): Promise<ExecResult> {
    if (code === null) throw this.errors.endedBy(signal);
    if (!this.gate.started) throw this.errors.endedEarly(code);
    await this.#stdout.end();
    return { code, stdout: this.#stdout.text(), stderr: this.#stderr.text() };
  }
}

/** Sends stdin at the pace of the link. A source that fails must not look like one that ended. */
function feed(
  into: Writable,
  stdin: ExecOptions['stdin'],
  onPiece: () => unknown,
  onFailure: (error: Error) => void,
): void {
  if (!(stdin instanceof Readable)) {
    into.end(stdin ?? '');
    return;
  }
  stdin.once('error', onFailure);
  const counted = new Transform({
    transform: (piece, _encoding, done) => {
      onPiece();
      done(null, piece);
    },
  });
  stdin.pipe(counted).pipe(into);
}

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
