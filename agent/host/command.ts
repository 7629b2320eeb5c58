import { spawn } from 'node:child_process';
import { kill } from 'node:process';
import type { Host } from './host.ts';

export interface CommandOptions {
  /** After this long the whole process group is killed and the call rejects. */
  timeoutMs: number;
  /** More output than this is an error. Default 8 MiB. */
  maxBytes?: number;
  /** Added to the fixed environment. */
  env?: Readonly<Record<string, string>>;
  /** Kills the process group and rejects when it is aborted. */
  signal?: AbortSignal | undefined;
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * A child does not inherit the service's environment: systemd sets LANG in it from locale.conf, and apt and
 * systemctl translate what the agent reads.
 */
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
  SYSTEMD_PAGER: '',
};

/** The only place where the agent starts a process. On a recorded host the recorded output is returned. */
export class Command {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Runs a program without a shell and waits for its end.
   * Throws an Error when it cannot be started, is ended by a signal, takes longer than `timeoutMs`, prints too
   * much, or is stopped by the signal.
   */
  async run(
    name: string,
    args: readonly string[],
    options: CommandOptions,
  ): Promise<CommandResult> {
    if (this.#host.live) return await runProcess(name, args, options);
    const stdout = this.#host.recorded(name);
    if (stdout === null)
      throw new Error(`Cannot run ${name}: the recorded host has no output of it`);
    return { code: 0, stdout, stderr: '' };
  }
}

function runProcess(
  name: string,
  args: readonly string[],
  { timeoutMs, maxBytes = 8 * 1024 * 1024, env = {}, signal }: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, {
      cwd: '/',
      // Its own process group, so that what it starts (apt's methods) ends with it.
      detached: true,
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.on('error', error => reject(new Error(`Cannot run ${name}`, { cause: error })));
    // Not started. Without a free descriptor it has no streams either.
    if (child.pid === undefined) return;
    const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    let bytes = 0;
    let ended = '';

    const end = (why: string): void => {
      ended ||= why;
      killGroup(child.pid);
      // A grandchild that left the group may hold the pipes open for ever: do not wait for their end.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => end(`no end after ${timeoutMs / 1000} s`), timeoutMs);
    const onAbort = (): void => end('no longer wanted');
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    const settled = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (data: Buffer) => {
        bytes += data.length;
        if (bytes > maxBytes) end(`more than ${maxBytes} bytes of output`);
        else output[stream].push(data);
      });
    }
    child.on('close', (code, signal) => {
      settled();
      const [stdout, stderr] = [text(output.stdout), text(output.stderr)];
      if (ended) reject(new Error(`Stopped ${name}: ${ended}`));
      else if (code === null) reject(new Error(`Cannot use ${name}: it was ended by ${signal}`));
      else resolve({ code, stdout, stderr });
    });
  });
}

function text(parts: Buffer[]): string {
  return Buffer.concat(parts).toString('utf8');
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
