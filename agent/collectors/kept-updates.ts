import * as z from 'zod/mini';
import { Package } from '../contract/heartbeat.ts';
import { readOwn } from '../lib/read-own.ts';
import { writeWhole } from '../lib/write-whole.ts';
import { version } from '../version.ts';

const Kept = z.object({
  /** Of the agent that read apt's answer: another may read more out of it. */
  version: z.literal(version),
  fingerprint: z.string(),
  packages: z.array(Package),
});

/**
 * The last list of updates on disk, with the fingerprint of what apt made it of. A restart of the agent, or of the whole
 * fleet's at once, then costs no simulation, and the first beat has the list.
 *
 * It only saves work: if it cannot be written or read, apt is asked again.
 */
export class KeptUpdates {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** The list, or null if there is none for this fingerprint. */
  find(fingerprint: string): Package[] | null {
    try {
      const kept = Kept.parse(JSON.parse(readOwn(this.#file)));
      return kept.fingerprint === fingerprint ? kept.packages : null;
    } catch {
      return null;
    }
  }

  keep(fingerprint: string, packages: readonly Package[]): void {
    try {
      writeWhole(this.#file, JSON.stringify({ version, fingerprint, packages }), { mode: 0o600 });
    } catch {
      // See above.
    }
  }
}
