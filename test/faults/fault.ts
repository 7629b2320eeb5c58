import type { Random } from './random.ts';

/** Something that goes wrong, and what has to be seen afterwards: one row of the table. */
export interface Fault {
  readonly name: string;
  /** What has to be seen each time, in a few words. */
  readonly expected: string;
  /** How often it is caused, unless the command line says so. */
  readonly times: number;
  /**
   * Causes it once, at a moment that `random` draws, and checks everything that has to hold. Returns in a word or two
   * how it ended, which the table counts; throws when it is not what is expected.
   */
  run(random: Random): Promise<string>;
}

/** The faults of one program, and what they run on until it is disposed of. */
export interface FaultGroup extends AsyncDisposable {
  readonly faults: readonly Fault[];
  /** How many runs may go on side by side. */
  readonly atOnce: number;
}

/** The result of all runs of one fault. */
export interface Row {
  readonly fault: string;
  readonly expected: string;
  readonly times: number;
  /** How often it ended in which way, as expected. */
  readonly seen: ReadonlyMap<string, number>;
  /** What was not as expected, with the number of the run. */
  readonly differs: readonly { readonly run: number; readonly error: unknown }[];
}
