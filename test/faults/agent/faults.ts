import type { FaultGroup } from '../fault.ts';

/** What may happen to a running agent. */
export async function agentFaults(): Promise<FaultGroup> {
  return { faults: [], atOnce: 1, async [Symbol.asyncDispose]() {} };
}
