import { type Warning, type WarningCode, warning } from '../contract/warnings.ts';

export interface CollectorState {
  ok: boolean;
  /** Why it has no figures. */
  error?: string;
}

/**
 * Reports that a figure is missing, partial or old. Called in every run for as long as that is so: a warning that is no
 * longer reported has ended.
 *
 * @param text one sentence, the same from run to run while nothing changes
 * @param subject what it is about where a code may be reported several times
 */
export type Warn = (code: WarningCode, text: string, subject?: string) => void;

/** One run of all collectors, in which each may fail by itself. */
export class CollectorRun {
  readonly states: Record<string, CollectorState> = {};
  readonly #warnings = new Map<string, Warning>();

  get warnings(): Warning[] {
    return [...this.#warnings.values()];
  }

  readonly warn: Warn = (code, text, subject) => {
    this.#warnings.set(`${code} ${subject}`, warning(code, text, subject));
  };

  /** What `collect` returns, or null when it throws; its state is recorded under `name`. */
  async run<T>(name: string, collect: (warn: Warn) => T | Promise<T>): Promise<T | null> {
    try {
      const value = await collect(this.warn);
      this.states[name] = { ok: true };
      return value;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.states[name] = { ok: false, error: message };
      this.warn('collector-failed', message, name);
      return null;
    }
  }
}
