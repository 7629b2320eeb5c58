import type { Emit } from '../engine/events.ts';

/** Whoever shows a push while it runs. */
export interface View {
  readonly emit: Emit;
  /** Leaves the screen tidy; nothing is shown after it. */
  end(): Promise<void>;
}
