import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { UserError } from '../lib/errors.ts';

/** A terminal's input, as `process.stdin` is one. */
export interface SecretInput extends Readable {
  setRawMode?(on: boolean): unknown;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const ERASE = ['\u007f', '\b'];

/**
 * Asks on a terminal and reads one line that is not shown. Throws when interrupted: by Ctrl-C, which raw mode turns
 * from a signal into a character, by the end of input, or by `signal`.
 */
export async function readSecret(
  question: string,
  input: SecretInput,
  output: Writable,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  // Before the question: what is typed at once must not be shown.
  input.setRawMode?.(true);
  output.write(question);
  try {
    return await readLine(input, signal);
  } finally {
    input.setRawMode?.(false);
    input.pause();
    output.write('\n');
  }
}

async function readLine(input: SecretInput, signal: AbortSignal): Promise<string> {
  const decoder = new StringDecoder('utf8');
  const line = Promise.withResolvers<string>();
  let typed: string[] = [];
  const onData = (chunk: Buffer | string): void => {
    for (const key of typeof chunk === 'string' ? chunk : decoder.write(chunk)) {
      if (key === '\r' || key === '\n') line.resolve(typed.join(''));
      else if (key === CTRL_C || key === CTRL_D) line.reject(interrupted());
      else if (key === CTRL_U) typed = [];
      else if (ERASE.includes(key)) typed.pop();
      else typed.push(key);
    }
  };
  const onEnd = (): void => line.reject(interrupted());
  const onAbort = (): void => line.reject(signal.reason);
  input.on('data', onData).once('end', onEnd);
  signal.addEventListener('abort', onAbort, { once: true });
  input.resume();
  try {
    return await line.promise;
  } finally {
    input.off('data', onData).off('end', onEnd);
    signal.removeEventListener('abort', onAbort);
  }
}

function interrupted(): UserError {
  return new UserError('Interrupted at a question for a secret', { exitCode: 130 });
}
