import type { Command } from '../host/command.ts';
import type { Log } from '../log.ts';

/** Collecting, four tries of 10 s with 5 s between them, and a backlog to a slow hub. */
const longestCycle = 80_000;

/**
 * Tells systemd how the service is. Node has no datagram sockets of the Unix kind, so `systemd-notify` carries the
 * words; without a NOTIFY_SOCKET nothing is told to anybody.
 */
export class Notifier {
  readonly #command: Pick<Command, 'run'>;
  readonly #socket: string | undefined;
  /** Milliseconds that systemd waits for a word, less a tenth to be sure. */
  readonly #patience: number;
  readonly #log: Log;
  #failed = false;
  #status = '';
  #told = Number.NEGATIVE_INFINITY;

  /** `env` is what systemd says of itself: NOTIFY_SOCKET and WATCHDOG_USEC. */
  constructor(
    command: Pick<Command, 'run'>,
    env: Readonly<Record<string, string | undefined>>,
    log: Log,
  ) {
    this.#command = command;
    this.#socket = env['NOTIFY_SOCKET'];
    const watchdog = Number(env['WATCHDOG_USEC'] || Number.POSITIVE_INFINITY) / 1000;
    this.#patience = watchdog * 0.9;
    this.#log = log;
  }

  /**
   * Tells of a cycle that has ended, and nothing but that feeds the watchdog. A message is a process, the dearest thing
   * in a beat: where the status is as it was, and the end of the next cycle is early enough to tell, it is not sent.
   * `now` is when the cycle ended and `next` when the next begins, in monotonic milliseconds.
   */
  async cycleEnded(status: string, now: number, next: number): Promise<void> {
    const early = next + longestCycle - this.#told < this.#patience;
    if (status === this.#status && early) return;
    await this.tell('WATCHDOG=1', `STATUS=${status}`);
    this.#status = status;
    this.#told = now;
  }

  /** Each assignment is one of sd_notify(3), such as `READY=1` or `STATUS=…`. Never rejects. */
  async tell(...assignments: string[]): Promise<void> {
    this.#status = '';
    if (this.#socket === undefined || this.#socket === '') return;
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
}
