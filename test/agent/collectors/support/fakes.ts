import type { Clock } from '../../../../agent/clock.ts';
import { Config } from '../../../../agent/config/schema.ts';
import { Command, type CommandResult } from '../../../../agent/host/command.ts';
import { Host } from '../../../../agent/host/host.ts';
import type { Log, LogData } from '../../../../agent/log.ts';

/** Time moves only when a test says so; a sleep ends when time has passed it. */
export class FakeClock implements Clock {
  #now = 0;
  #sleepers: { at: number; wake: () => void }[] = [];

  monotonic(): number {
    return this.#now;
  }

  now(): Date {
    return new Date(Date.UTC(2026, 10, 23) + this.#now);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#sleepers.push({ at: this.#now + ms, wake: resolve });
    });
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const { at, wake } of this.#sleepers) if (at <= this.#now) wake();
  }
}

/** Keeps what was logged, one `level message key=value` line each. */
export class FakeLog implements Log {
  readonly lines: string[] = [];

  error = (message: string, data?: LogData): void => this.#keep('error', message, data);
  warning = (message: string, data?: LogData): void => this.#keep('warning', message, data);
  info = (message: string, data?: LogData): void => this.#keep('info', message, data);
  debug = (message: string, data?: LogData): void => this.#keep('debug', message, data);

  #keep(level: string, message: string, data: LogData = {}): void {
    const words = Object.entries(data).map(([key, value]) => `${key}=${value}`);
    this.lines.push([level, message, ...words].join(' '));
  }
}

/** Answers with what `answer` returns or throws, and keeps what was asked. */
export class FakeCommand extends Command {
  readonly calls: string[][] = [];
  readonly #answer: (name: string) => string | Promise<string>;

  constructor(answer: (name: string) => string | Promise<string>) {
    super(new Host('/nonexistent'));
    this.#answer = answer;
  }

  override async run(name: string, args: readonly string[]): Promise<CommandResult> {
    this.calls.push([name, ...args]);
    return { code: 0, stdout: await this.#answer(name), stderr: '' };
  }
}

export function configWith(settings: Partial<Config> = {}): Config {
  return Config.parse({
    hub_url: 'http://hub:8080',
    server_id: 'host-1',
    api_key: 'key',
    ...settings,
  });
}
