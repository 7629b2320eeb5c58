import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second towards programs, on every architecture. */
const ticksPerSecond = 100;

export interface Memory {
  /** MB of 1,000,000 bytes, as the budgets have them. */
  readonly rss: number;
  readonly anonymous: number;
}

/** What a program wrote, in bytes. */
export interface Written {
  /** By all write calls, to memory, pipes and sockets as well. */
  readonly all: number;
  /** To disks. */
  readonly disks: number;
  readonly lines: number;
}

export interface Cpu {
  readonly own: number;
  /** Of those that have ended. */
  readonly children: number;
}

/** What each of `count` rounds took between two readings. */
export function perRound(before: Cpu, after: Cpu, count: number): Cpu {
  return {
    own: (after.own - before.own) / count,
    children: (after.children - before.children) / count,
  };
}

/** A program whose use of the machine is read from /proc. */
export class MeasuredProcess {
  readonly #child: ChildProcess;
  #lines = 0;

  constructor(program: string, args: readonly string[], env: Record<string, string | undefined>) {
    this.#child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    this.#child.stdout?.on('data', (text: Buffer) => {
      this.#lines += text.toString().split('\n').length - 1;
    });
  }

  /** Since its start, with the lines on its standard output, which are the journal's. */
  written(): Written {
    const io = readFileSync(`/proc/${this.#child.pid}/io`, 'latin1');
    const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(io)?.[1]);
    return { all: count('wchar'), disks: count('write_bytes'), lines: this.#lines };
  }

  /** Seconds of processor time so far. */
  cpu(): Cpu {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const seconds = (at: number) => (Number(fields[at]) + Number(fields[at + 1])) / ticksPerSecond;
    return { own: seconds(11), children: seconds(13) };
  }

  memory(): Memory {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'latin1');
    const megabytes = (name: string) => {
      const [, kibibytes] = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status) ?? [];
      return (Number(kibibytes) * 1024) / 1e6;
    };
    return { rss: megabytes('VmRSS'), anonymous: megabytes('RssAnon') };
  }

  /** What it has open, and the processes that it has started and not waited for. */
  handles(): { descriptors: number; children: number } {
    const { pid } = this.#child;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
    return {
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
      children: children === '' ? 0 : children.split(' ').length,
    };
  }

  /** Throws an Error when it has ended. */
  check(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) {
      throw new Error(
        `Expected a running process, found that it ended (${exitCode ?? signalCode})`,
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'exit');
  }
}
