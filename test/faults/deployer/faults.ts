import type { FaultGroup } from '../fault.ts';

/** What may happen to a push, at each of its phases. */
export async function deployerFaults(): Promise<FaultGroup> {
  return { faults: [], atOnce: 1, async [Symbol.asyncDispose]() {} };
}
