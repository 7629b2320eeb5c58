import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Debian's Python, because Debian's Ansible belongs to it. */
const ORACLE = ['/usr/bin/python3', `${import.meta.dirname}/oracle.py`];

/** Asks Ansible itself (oracle.py, or another such program): the second opinion of the differential tests. */
export class Oracle implements Disposable {
  readonly #command: readonly string[];
  #process: ChildProcessByStdio<Writable, Readable, null> | undefined;
  #answers: AsyncIterator<string> | undefined;
  #lines: Interface | undefined;

  constructor(command: readonly string[] = ORACLE) {
    this.#command = command;
  }

  /** Ansible's answer, or what it complains of. One question at a time. */
  async ask<T>(
    question: Readonly<Record<string, unknown>>,
  ): Promise<{ answer: T } | { error: string }> {
    this.#process ??= this.#start();
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    const reply = await this.#answers?.next();
    if (reply === undefined || reply.done) {
      throw new Error('Expected an answer of oracle.py, found its end');
    }
    return JSON.parse(reply.value);
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    const [program = '', ...args] = this.#command;
    const started = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: started.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
    return started;
  }

  [Symbol.dispose](): void {
    // It ends by itself, and takes its temporary files with it.
    this.#process?.stdin.end();
    this.#lines?.close();
  }
}
