/** The package has types for its main module only; the agent loads this part alone. */
declare module 'systeminformation/lib/cpu.js' {
  import type { Systeminformation } from 'systeminformation';

  export function cpu(): Promise<Systeminformation.CpuData>;
}
