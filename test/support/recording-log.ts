import type { Log, LogData } from '../../agent/lib/log.ts';

/** Keeps what was logged, as `level message key=value`. */
export class RecordingLog implements Log {
  readonly lines: string[] = [];

  error(message: string, data?: LogData): void {
    this.#keep('error', message, data);
  }

  warning(message: string, data?: LogData): void {
    this.#keep('warning', message, data);
  }

  info(message: string, data?: LogData): void {
    this.#keep('info', message, data);
  }

  debug(message: string, data?: LogData): void {
    this.#keep('debug', message, data);
  }

  /** The lines that hold `part`. */
  with(part: string): string[] {
    return this.lines.filter(line => line.includes(part));
  }

  #keep(level: string, message: string, data: LogData = {}): void {
    const pairs = Object.entries(data).map(([key, value]) => ` ${key}=${value}`);
    this.lines.push(`${level} ${message}${pairs.join('')}`);
  }
}
