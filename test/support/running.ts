import { spawn } from 'node:child_process';
import type { Fleet } from '../fleet/fleet.ts';
import { deployArgv } from './deploy.ts';

/** homelab-deploy while it runs, so that a test can interrupt or kill it at a certain point. */
export class Running {
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';
  readonly #kill: (signal: NodeJS.Signals) => void;
  readonly #waiting = new Set<() => void>();

  constructor(fleet: Fleet, ...args: string[]) {
    const [program = '', ...rest] = fleet.argv(deployArgv(args));
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', chunk => {
      this.stdout += chunk;
      for (const look of this.#waiting) look();
    });
    child.stderr.setEncoding('utf8').on('data', chunk => {
      this.stderr += chunk;
      for (const look of this.#waiting) look();
    });
    this.ended = new Promise(resolve => {
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
    // `ip netns exec` becomes the program itself, so the process is the deployer.
    this.#kill = signal => child.kill(signal);
  }

  /** Waits until standard error matches; rejects when the program ends without. */
  async says(pattern: RegExp): Promise<void> {
    await this.#until(() => pattern.test(this.stderr), pattern);
  }

  /** The same with standard output. */
  async prints(pattern: RegExp): Promise<void> {
    await this.#until(() => pattern.test(this.stdout), pattern);
  }

  async #until(met: () => boolean, pattern: RegExp): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (met()) resolve();
    };
    this.#waiting.add(look);
    look();
    await Promise.race([promise, this.ended]);
    this.#waiting.delete(look);
    if (!met()) throw new Error(`It never said ${pattern}:\n${this.stdout}\n${this.stderr}`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#kill(signal);
  }
}
