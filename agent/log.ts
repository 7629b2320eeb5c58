/** Data beside a log line's static text; printed as `key=value`. Never a secret. */
export type LogData = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The journal's four levels that the agent uses. `message` is static text, what varies goes into `data`. */
export interface Log {
  error(message: string, data?: LogData): void;
  warning(message: string, data?: LogData): void;
  info(message: string, data?: LogData): void;
  debug(message: string, data?: LogData): void;
}
