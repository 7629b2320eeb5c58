import type { AgentFault } from './agent-fault.ts';
import { diskFaults } from './disk-faults.ts';
import { hostFaults } from './host-faults.ts';
import { hubFaults } from './hub-faults.ts';
import { networkFaults } from './network-faults.ts';
import { processFaults } from './process-faults.ts';

export const allFaults: readonly AgentFault[] = [
  ...hubFaults,
  ...networkFaults,
  ...diskFaults,
  ...processFaults,
  ...hostFaults,
];
