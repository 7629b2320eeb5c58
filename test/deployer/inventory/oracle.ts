import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Asks Ansible itself (oracle.py): the second opinion of the differential tests. */
export class Oracle implements Disposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;

  /** Debian's Python, because Debian's Ansible belongs to it. */
  constructor() {
    this.#process = spawn('/usr/bin/python3', [`${import.meta.dirname}/oracle.py`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** Ansible's answer, or what it complains of. One question at a time. */
  async ask<T>(
    question: Readonly<Record<string, unknown>>,
  ): Promise<{ answer: T } | { error: string }> {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('Expected an answer of oracle.py, found its end');
    return JSON.parse(value);
  }

  [Symbol.dispose](): void {
    // It ends by itself, and takes its temporary files with it.
    this.#process.stdin.end();
    this.#lines.close();
  }
}
