import { writeSync } from 'node:fs';
import type { Command } from '../host/command.ts';
import type { Log } from '../lib/log.ts';

/** Collecting, four tries of 10 s with 5 s between them, and a backlog to a slow hub. */
const longestCycle = 80_000;

/**
 * Tells systemd how the service is. Node cannot make datagram sockets of the Unix kind, but it can write to one: the
 * launcher hands it one that is connected to systemd (NOTIFY_FD). Where it could not, or where that socket refuses,
 * `systemd-notify` carries the words; without a NOTIFY_SOCKET nothing is told to anybody.
 */
export class Notifier {
  readonly #command: Pick<Command, 'run'>;
  readonly #socket: string | undefined;
  readonly #descriptor: number | undefined;
  /** Milliseconds that systemd waits for a word, less a tenth to be sure. */
  readonly #patience: number;
  readonly #log: Log;
  #failed = false;
  #status = '';
  #told = Number.NEGATIVE_INFINITY;

  /** `env` is what systemd says of itself, NOTIFY_SOCKET and WATCHDOG_USEC, and the launcher's NOTIFY_FD. */
  constructor(
    command: Pick<Command, 'run'>,
    env: Readonly<Record<string, string | undefined>>,
    log: Log,
  ) {
    this.#command = command;
    this.#socket = env['NOTIFY_SOCKET'];
    const descriptor = env['NOTIFY_FD'] ?? '';
    this.#descriptor = /^\d+$/.test(descriptor) ? Number(descriptor) : undefined;
    const watchdog = Number(env['WATCHDOG_USEC'] || Number.POSITIVE_INFINITY) / 1000;
    this.#patience = watchdog * 0.9;
    this.#log = log;
  }

  /**
   * Tells of a cycle that has ended, and nothing but that feeds the watchdog. Where a message is a process, it is the
   * dearest thing in a beat: then one is not sent while the status is as it was, and the end of the next cycle is early
   * enough to tell. `now` is when the cycle ended and `next` when the next begins, in monotonic milliseconds.
   */
  async cycleEnded(status: string, now: number, next: number): Promise<void> {
    const early = next + longestCycle - this.#told < this.#patience;
    if (this.#descriptor === undefined && status === this.#status && early) return;
    await this.tell('WATCHDOG=1', `STATUS=${status}`);
    this.#status = status;
    this.#told = now;
  }

  /** Each assignment is one of sd_notify(3), such as `READY=1` or `STATUS=…`. Never rejects. */
  async tell(...words: string[]): Promise<void> {
    this.#status = '';
    if (this.#socket === undefined || this.#socket === '') return;
    // A status may quote the hub, and after a line end it would be an assignment of the hub's own.
    const assignments = words.map(word => word.replaceAll('\n', ' '));
    if (this.#written(assignments)) return;
    try {
      const env = { NOTIFY_SOCKET: this.#socket };
      const { code, stderr } = await this.#command.run('systemd-notify', assignments, {
        timeoutMs: 5_000,
        env,
      });
      if (code !== 0) throw new Error(stderr.trim() || `exit code ${code}`);
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#log.warning('Cannot tell systemd how the service is', { reason });
      }
      this.#failed = true;
    }
  }

  #written(assignments: readonly string[]): boolean {
    if (this.#descriptor === undefined) return false;
    try {
      writeSync(this.#descriptor, assignments.join('\n'));
      return true;
    } catch {
      // A full queue (EAGAIN), or a systemd that made its socket anew (ECONNREFUSED).
      return false;
    }
  }
}
