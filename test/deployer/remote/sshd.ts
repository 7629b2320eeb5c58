import { writeFile } from 'node:fs/promises';
import { execa, type ResultPromise } from 'execa';

const OPTIONS = { all: true, reject: false, buffer: false } as const;

/** A real sshd on a loopback port, run by this user in the foreground. */
export class Sshd {
  readonly port: number;
  readonly #process: ResultPromise<typeof OPTIONS>;
  #log = '';

  private constructor(port: number, process: ResultPromise<typeof OPTIONS>) {
    this.port = port;
    this.#process = process;
    process.all.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString('utf8');
    });
  }

  /** Starts with `config` before its own lines (sshd takes the first of each) and waits until it listens. */
  static async start(port: number, config: readonly string[], file: string): Promise<Sshd> {
    const lines = [
      ...config,
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      'PermitRootLogin yes',
      'StrictModes no',
      'UsePAM no',
      'LogLevel VERBOSE',
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    const sshd = new Sshd(port, execa('/usr/sbin/sshd', ['-D', '-e', '-f', file], OPTIONS));
    await sshd.#listening();
    return sshd;
  }

  /** What it logged so far. */
  get log(): string {
    return this.#log;
  }

  async #listening(): Promise<void> {
    const ready = Promise.withResolvers<void>();
    const look = (): void => {
      if (this.#log.includes('Server listening')) ready.resolve();
    };
    this.#process.all.on('data', look);
    this.#process.then(
      () => ready.reject(new Error(`sshd ended before it listened: ${this.#log}`)),
      ready.reject,
    );
    await ready.promise;
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#process;
  }
}
