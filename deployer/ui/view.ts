import type { EngineEvent } from '../run/events.ts';

/** A display of a running push. */
export interface View {
  emit(event: EngineEvent): void;
  /** Gives the screen to `work`, which asks the person something, and takes it back. */
  hold<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Leaves the screen tidy; nothing is shown after it. */
  end(): Promise<void>;
}
