import type { Writable } from 'node:stream';

/** Data beside a log line's static text; printed as `key=value`. Never a secret. */
export type LogData = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The journal's four levels that the agent uses. `message` is static text, what varies goes into `data`. */
export interface Log {
  error(message: string, data?: LogData): void;
  warning(message: string, data?: LogData): void;
  info(message: string, data?: LogData): void;
  debug(message: string, data?: LogData): void;
}

type Level = keyof Log;

/** syslog's numbers, which journald reads at the start of a line. */
const priorities: Record<Level, number> = { error: 3, warning: 4, info: 6, debug: 7 };

/** Control characters, of which a line end is one; not \p{Cc}, for which V8 loads ICU. */
const control = String.raw`\x00-\x1f\x7f-\x9f`;
const controls = new RegExp(`[${control}]+`, 'g');
/** A value that needs no quotes. */
const plain = new RegExp(`^[^\\s"=${control}]+$`);

/** Lines for the journal: `<4>Heartbeat not delivered reason="…"`; on a terminal the level's name instead. */
export class StdoutLog implements Log {
  /** Less urgent lines are left out. */
  level: Level;
  readonly #out: Writable & { isTTY?: boolean };

  constructor(out: Writable & { isTTY?: boolean }, level: Level = 'info') {
    this.#out = out;
    this.level = level;
  }

  error(message: string, data?: LogData): void {
    this.#write('error', message, data);
  }

  warning(message: string, data?: LogData): void {
    this.#write('warning', message, data);
  }

  info(message: string, data?: LogData): void {
    this.#write('info', message, data);
  }

  debug(message: string, data?: LogData): void {
    this.#write('debug', message, data);
  }

  #write(level: Level, message: string, data: LogData = {}): void {
    if (priorities[level] > priorities[this.level]) return;
    const mark = this.#out.isTTY === true ? `${level}: ` : `<${priorities[level]}>`;
    const pairs = Object.entries(data).flatMap(([key, value]) =>
      value === undefined ? [] : ` ${key}=${shown(value)}`,
    );
    this.#out.write(`${mark}${oneLine(message)}${pairs.join('')}\n`);
  }
}

function shown(value: string | number | boolean | null): string {
  const text = String(value);
  return plain.test(text) ? text : JSON.stringify(text);
}

/** A second line would be a second entry in the journal, with a priority of its own choosing. */
function oneLine(text: string): string {
  return text.replaceAll(controls, ' ');
}
