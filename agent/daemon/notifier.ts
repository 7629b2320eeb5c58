import { writeSync } from 'node:fs';
import type { Command } from '../host/command.ts';
import type { Log } from '../lib/log.ts';

/** Collecting, four tries of 10 s with 5 s between them, and a backlog to a slow hub. */
const longestCycle = 80_000;

/**
 * Reports the state of the service to systemd. Node cannot make Unix datagram sockets, but it can write to one: the
 * launcher hands it one that is connected to systemd (NOTIFY_FD). If it could not, or if that socket refuses,
 * `systemd-notify` sends the message; without a NOTIFY_SOCKET nothing is sent.
 */
export class Notifier {
  readonly #command: Pick<Command, 'run'>;
  readonly #socket: string | undefined;
  readonly #descriptor: number | undefined;
  /** Milliseconds that systemd waits for a message, less a tenth. */
  readonly #patience: number;
  readonly #log: Log;
  #failed = false;
  #status = '';
  #notifiedAt = Number.NEGATIVE_INFINITY;

  /** `env` has systemd's NOTIFY_SOCKET and WATCHDOG_USEC, and the launcher's NOTIFY_FD. */
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
   * Reports the end of a cycle, which alone keeps the watchdog quiet. If each message costs a process, the most
   * expensive part of a beat, none is sent while the status is unchanged and the end of the next cycle is early
   * enough. `now` is when the cycle ended and `next` when the next begins, in monotonic milliseconds.
   */
  async cycleEnded(status: string, now: number, next: number): Promise<void> {
    const early = next + longestCycle - this.#notifiedAt < this.#patience;
    if (this.#descriptor === undefined && status === this.#status && early) return;
    await this.tell('WATCHDOG=1', `STATUS=${status}`);
    this.#status = status;
    this.#notifiedAt = now;
  }

  /** Each assignment is one of sd_notify(3), such as `READY=1` or `STATUS=…`. Never rejects. */
  async tell(...words: string[]): Promise<void> {
    this.#status = '';
    if (this.#socket === undefined || this.#socket === '') return;
    // A status may quote the hub: a line end in it would begin another assignment.
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
        this.#log.warning('Cannot report the state of the service to systemd', { reason });
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
      // A full queue (EAGAIN), or a systemd that has replaced its socket (ECONNREFUSED).
      return false;
    }
  }
}
