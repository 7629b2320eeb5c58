import type { Command } from '../host/command.ts';
import type { Log } from '../log.ts';

/**
 * Tells systemd how the service is. Node has no datagram sockets of the Unix kind, so `systemd-notify` carries the
 * words; without a NOTIFY_SOCKET nothing is told to anybody.
 */
export class Notifier {
  readonly #command: Pick<Command, 'run'>;
  readonly #socket: string | undefined;
  readonly #log: Log;
  #failed = false;

  constructor(command: Pick<Command, 'run'>, socket: string | undefined, log: Log) {
    this.#command = command;
    this.#socket = socket;
    this.#log = log;
  }

  /** Each assignment is one of sd_notify(3), such as `READY=1` or `STATUS=…`. Never rejects. */
  async tell(...assignments: string[]): Promise<void> {
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
