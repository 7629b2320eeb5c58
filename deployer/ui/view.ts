import type { EngineEvent } from '../run/events.ts';

/** A display of a running push. */
export interface View {
  emit(event: EngineEvent): void;
  /** Clears the screen for `work`, which asks a person something, and then draws again. */
  hold<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Ends the display; nothing is shown after it. */
  end(): Promise<void>;
}
