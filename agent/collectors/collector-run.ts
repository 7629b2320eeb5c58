export interface CollectorState {
  ok: boolean;
  /** Why it has no figures, in words. */
  error?: string;
}

/** One round of all collectors: what failed, and nothing else of the round with it. */
export class CollectorRun {
  readonly states: Record<string, CollectorState> = {};

  /** What `collect` returns, or null when it throws; either way its state is kept under `name`. */
  async run<T>(name: string, collect: () => T | Promise<T>): Promise<T | null> {
    try {
      const value = await collect();
      this.states[name] = { ok: true };
      return value;
    } catch (error) {
      this.states[name] = {
        ok: false,
        error: error instanceof Error ? error.message : String(error),
      };
      return null;
    }
  }
}
