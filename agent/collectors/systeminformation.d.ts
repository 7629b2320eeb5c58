/** The package declares types for its whole self alone; the agent loads this one part of it. */
declare module 'systeminformation/lib/cpu.js' {
  import type { Systeminformation } from 'systeminformation';

  export function cpu(): Promise<Systeminformation.CpuData>;
}
