import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../../deployer/context.ts';
import { testContext } from './test-context.ts';

/** A person at a terminal, who answers questions as they appear. */
export class Typing {
  /** Everything on the screen. */
  screen = '';
  /** What was typed while it was shown. */
  readonly context: Context;
  readonly #stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  readonly #interrupt = new AbortController();
  #answered = 0;

  constructor(overrides: Partial<Context>) {
    const output = () => {
      const stream = Object.assign(new PassThrough(), { isTTY: true });
      stream.setEncoding('utf8').on('data', text => {
        this.screen += text;
      });
      return stream;
    };
    const streams = { stdin: this.#stdin, stdout: output(), stderr: output() };
    this.context = testContext({ ...streams, signal: this.#interrupt.signal, ...overrides });
  }

  /** Waits until the last line is this question, and answers it; `null` is Ctrl-C. */
  async answer(question: string, line: string | null): Promise<void> {
    await this.#asked(question);
    if (line !== null) this.#stdin.write(`${line}\n`);
    else this.#interrupt.abort(new Error('Interrupted by SIGINT'));
  }

  /** The same at a question for a secret, in which Ctrl-C is a character. */
  async answerSecret(question: string, line: string | null): Promise<void> {
    await this.#asked(question);
    this.#stdin.write(line === null ? '\u0003' : `${line}\r`);
  }

  async #asked(question: string): Promise<void> {
    let at = -1;
    while (at < 0) {
      await setImmediate();
      at = this.screen.indexOf(question, this.#answered);
    }
    this.#answered = at + question.length;
    // The question is written before its answer is listened for.
    await setImmediate();
  }
}
