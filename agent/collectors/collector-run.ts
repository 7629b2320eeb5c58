export interface CollectorState {
  ok: boolean;
  /** Why it has no figures. */
  error?: string;
}

/** One run of all collectors, in which each may fail by itself. */
export class CollectorRun {
  readonly states: Record<string, CollectorState> = {};

  /** What `collect` returns, or null when it throws; its state is recorded under `name`. */
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
