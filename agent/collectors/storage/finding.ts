import type { StorageFinding } from '../../contract/storage.ts';

export interface Finding extends StorageFinding {
  /** Block devices on which the subject lies: one that is a USB disk and gone was unplugged. */
  readonly devices?: readonly string[];
}

/** What one source reports about storage. */
export interface Reading {
  /** What it watches; empty where a server has nothing of the kind. */
  readonly watched: readonly string[];
  readonly findings: readonly Finding[];
}

/** The reading of several arrays, pools or file systems together. */
export function together(readings: readonly Reading[]): Reading {
  return {
    watched: readings.flatMap(each => each.watched),
    findings: readings.flatMap(each => each.findings),
  };
}
