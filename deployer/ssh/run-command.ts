import { randomBytes } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { quote } from '../lib/quote.ts';
import { ConnectionLost, SudoRefused } from './errors.ts';
import { Output } from './output.ts';
import { explainSudo, sudoCommand, sudoMarks } from './sudo.ts';
import { SudoStderr } from './sudo-stderr.ts';
import type { CommandTarget, ExecOptions, ExecResult } from './transport.ts';

const TIMEOUT_MS = 300_000;

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
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const limit = new AbortController();
  const timer = setTimeout(() => {
    const text = `A command on ${target.name} had not ended after ${timeoutMs / 1000} s: what it did is unknown, look at the server and run this again`;
    limit.abort(new ConnectionLost(target.name, text));
  }, timeoutMs);
  const stop = AbortSignal.any([limit.signal, ...(options.signal ? [options.signal] : [])]);
  try {
    stop.throwIfAborted();
    const viaSudo = options.sudo === true && user !== target.become.user;
    const gate = viaSudo ? new SudoStderr(sudoMarks(randomBytes(8).toString('hex'))) : undefined;
    const line =
      gate === undefined
        ? quote(['/bin/sh', '-c', command])
        : sudoCommand(command, target.become, gate.marks);
    const channel = await runner.open(line, stop);
    return await converse(runner, channel, gate, options, stop);
  } finally {
    clearTimeout(timer);
    if (options.stdin instanceof Readable) options.stdin.destroy();
  }
}

async function converse(
  { target, user }: Runner,
  channel: CommandChannel,
  gate: SudoStderr | undefined,
  options: ExecOptions,
  stop: AbortSignal,
): Promise<ExecResult> {
  const stdout = new Output(options.onStdout);
  const stderr = new Output(options.onStderr);
  const failed = Promise.withResolvers<never>();
  const { password } = target.become;
  let answered = false;
  const send = (): void => feed(channel.stdin, options.stdin, failed.reject);
  channel.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
  channel.stderr.on('data', (chunk: Buffer) => {
    if (gate === undefined) return stderr.add(chunk);
    const step = gate.read(chunk);
    stderr.add(step.own);
    // With a password, stdin is sudo's until the command has begun.
    if (step.granted && password !== undefined) send();
    if (!step.asked || password === undefined) return;
    if (answered) channel.stdin.end();
    else channel.stdin.write(`${password}\n`);
    answered = true;
  });
  if (gate === undefined || password === undefined) send();
  const onStop = (): void => failed.reject(stop.reason);
  stop.addEventListener('abort', onStop, { once: true });
  try {
    stop.throwIfAborted();
    const end = await Promise.race([channel.ended, failed.promise]);
    return result(target, user, end, gate, stdout, stderr);
  } catch (error) {
    channel.kill();
    throw error;
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}

function result(
  target: CommandTarget,
  user: string,
  end: ChannelEnd,
  gate: SudoStderr | undefined,
  stdout: Output,
  stderr: Output,
): ExecResult {
  const { code, signal } = end;
  if (code === null) {
    const how =
      signal === null
        ? `The connection to ${target.name} was lost during a command`
        : `A command on ${target.name} was ended by ${signal}`;
    throw new ConnectionLost(
      target.name,
      `${how}: what it did is unknown, look at the server and run this again`,
    );
  }
  if (gate !== undefined && !gate.granted && code !== 0) {
    throw new SudoRefused(target.name, explainSudo(target, user, gate.words));
  }
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** Sends stdin at the pace of the link. A source that fails must not look like one that ended. */
function feed(
  into: Writable,
  stdin: ExecOptions['stdin'],
  onFailure: (error: Error) => void,
): void {
  if (!(stdin instanceof Readable)) {
    into.end(stdin ?? '');
    return;
  }
  stdin.once('error', onFailure);
  stdin.pipe(into);
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
