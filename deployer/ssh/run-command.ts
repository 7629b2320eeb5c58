import { randomBytes } from 'node:crypto';
import { Readable, Transform, type Writable } from 'node:stream';
import { quote } from '../lib/quote.ts';
import { ConnectionLost, SudoRefused, type TransportError } from './errors.ts';
import { explainShell } from './explain-shell.ts';
import { Output } from './output.ts';
import { said } from './said.ts';
import { marksOf, StartGate } from './start-gate.ts';
import { explainSudo, shellCommand, sudoCommand } from './sudo.ts';
import type { CommandTarget, ExecOptions, ExecResult } from './transport.ts';

const TIMEOUT_MS = 300_000;
/** Within this time a login shell has read its start-up files and runs what it was given. */
const BEGIN_MS = 30_000;

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
  const { stdin, sudo, signal, stallMs, timeoutMs = TIMEOUT_MS } = options;
  const viaSudo = sudo === true && user !== target.become.user;
  const run = new Run(
    runner,
    new StartGate(marksOf(randomBytes(8).toString('hex')), viaSudo),
    options,
  );
  const limit = new AbortController();
  const late = (ms: number): void => limit.abort(run.late(ms));
  const timer =
    stallMs === undefined
      ? setTimeout(() => late(timeoutMs), timeoutMs)
      : setTimeout(() => limit.abort(run.stalled(stallMs)), stallMs);
  const begin = setTimeout(() => run.gate.begun || late(BEGIN_MS), BEGIN_MS);
  const stop = AbortSignal.any([limit.signal, ...(signal ? [signal] : [])]);
  try {
    stop.throwIfAborted();
    const { marks } = run.gate;
    const argv = viaSudo
      ? sudoCommand(command, target.become, marks)
      : shellCommand(command, marks);
    const channel = await runner.open(quote(argv), stop);
    const onProgress = (): unknown => stallMs !== undefined && timer.refresh();
    return await run.converse(channel, onProgress, stop);
  } finally {
    clearTimeout(timer);
    clearTimeout(begin);
    if (stdin instanceof Readable) stdin.destroy();
  }
}

/** One command while it runs. */
class Run {
  readonly gate: StartGate;
  readonly #target: CommandTarget;
  readonly #user: string;
  readonly #options: ExecOptions;
  readonly #stdout: Output;
  readonly #stderr: Output;

  constructor({ target, user }: Runner, gate: StartGate, options: ExecOptions) {
    this.#target = target;
    this.#user = user;
    this.gate = gate;
    this.#options = options;
    this.#stdout = new Output(options.onStdout);
    this.#stderr = new Output(options.onStderr);
  }

  /** Talks to a command that was begun, until its end. */
  async converse(
    channel: CommandChannel,
    onProgress: () => unknown,
    stop: AbortSignal,
  ): Promise<ExecResult> {
    const { gate } = this;
    const { stdin } = this.#options;
    const { password } = this.#target.become;
    const failed = Promise.withResolvers<never>();
    let answered = false;
    // Until the command has begun, stdin may be that of another program. An end of file harms none, and ends a shell
    // that would wait for input.
    const early = stdin === undefined && password === undefined;
    const send = (): void => feed(channel.stdin, stdin, onProgress, failed.reject);
    for (const stream of [channel.stdout, channel.stderr]) stream.on('data', onProgress);
    channel.stdout.on('data', (chunk: Buffer) => this.#stdout.add(chunk));
    channel.stderr.on('data', (chunk: Buffer) => {
      const step = gate.read(chunk);
      this.#stderr.add(step.own);
      if (step.started && !early) send();
      if (!step.asked || password === undefined) return;
      if (answered) channel.stdin.end();
      else channel.stdin.write(`${password.reveal()}\n`);
      answered = true;
    });
    if (early) send();
    const onStop = (): void => failed.reject(stop.reason);
    stop.addEventListener('abort', onStop, { once: true });
    try {
      stop.throwIfAborted();
      return this.#result(await Promise.race([channel.ended, failed.promise]));
    } catch (error) {
      channel.kill();
      throw error;
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }

  /** The error for a command that neither takes nor says anything any more. */
  stalled(ms: number): TransportError {
    if (!this.gate.started) return this.late(ms);
    const text = `A command on ${this.#target.name} made no progress for ${ms / 1000} s: what it did is unknown, look at the server and run this again`;
    return new ConnectionLost(this.#target.name, text);
  }

  /** The error for a command that takes longer than it may. */
  late(ms: number): TransportError {
    const { name } = this.#target;
    const seconds = ms / 1000;
    if (!this.gate.begun) return this.#notBegun(`it had not begun after ${seconds} s`);
    if (!this.gate.started) {
      return new SudoRefused(
        name,
        `sudo on ${name} gave no answer within ${seconds} s; ${said(this.gate.words)}. Try "sudo -n true" there`,
      );
    }
    const text = `A command on ${name} had not ended after ${seconds} s: what it did is unknown, look at the server and run this again`;
    return new ConnectionLost(name, text);
  }

  #result({ code, signal }: ChannelEnd): ExecResult {
    const { name } = this.#target;
    if (code === null) {
      const how =
        signal === null
          ? `The connection to ${name} was lost during a command`
          : `A command on ${name} was ended by ${signal}`;
      throw new ConnectionLost(
        name,
        `${how}: what it did is unknown, look at the server and run this again`,
      );
    }
    if (!this.gate.begun) throw this.#notBegun(`exit ${code}`);
    if (!this.gate.started) {
      throw new SudoRefused(name, explainSudo(this.#target, this.#user, this.gate));
    }
    return { code, stdout: this.#stdout.text(), stderr: this.#stderr.text() };
  }

  #notBegun(how: string): TransportError {
    const words = `${this.gate.words}\n${this.#stdout.text()}`;
    return explainShell(this.#target.name, this.#user, how, words);
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
