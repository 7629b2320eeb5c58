import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { execa, type ResultPromise } from 'execa';

const OPTIONS = { all: true, reject: false, buffer: false, stdin: 'ignore' } as const;

export interface SshdStart {
  /** The command that reads `file` and stays in the foreground. */
  readonly argv: readonly string[];
  readonly file: string;
  /** sshd takes the first of each option, so these win over the common ones. */
  readonly lines: readonly string[];
  /** Where it listens; 127.0.0.1 unless told. */
  readonly address?: string | undefined;
}

/** A real sshd on a loopback port, in the foreground. */
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

  /** Writes the configuration, starts the command and waits until it listens. */
  static async start(
    port: number,
    { argv, file, lines, address = '127.0.0.1' }: SshdStart,
  ): Promise<Sshd> {
    const common = [
      `Port ${port}`,
      `ListenAddress ${address}`,
      'PermitRootLogin yes',
      'StrictModes no',
      'UsePAM no',
      'LogLevel VERBOSE',
      // What this machine's root has in a .bashrc is none of a test's business, and may take seconds.
      'SetEnv HOME=/nonexistent',
    ];
    await writeFile(file, `${[...lines, ...common].join('\n')}\n`);
    const [program = '', ...args] = argv;
    const sshd = new Sshd(port, execa(program, args, OPTIONS));
    await sshd.#listening();
    return sshd;
  }

  /** What it logged so far. */
  get log(): string {
    return this.#log;
  }

  /** Waits until a line like this was logged. */
  async logged(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#log)) await once(this.#process.all, 'data');
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

  /** Kills what serves the open connections, as a crash would; the listener lives on. */
  cut(): void {
    for (const pid of servedBy(Number(this.#process.pid))) process.kill(pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    // What it started for a connection that is still open would keep these open.
    this.#process.stdout.destroy();
    this.#process.stderr.destroy();
    await this.#process;
  }
}

/** The sshd processes below one: a connection of anyone but root has two, and the inner one outlives the outer. */
function servedBy(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children
    .filter(child => child !== '' && readFileSync(`/proc/${child}/comm`, 'utf8').startsWith('sshd'))
    .flatMap(child => [Number(child), ...servedBy(Number(child))]);
}

/** The machine's own sshd program. */
export async function ownSshd(file: string): Promise<string[]> {
  // sshd wants this directory as root; its unit makes it on a machine that runs sshd.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  return ['/usr/sbin/sshd', '-D', '-e', '-f', file];
}
