// Preloaded into a deployer: leaves behind what it used, in the file that HOSTILE_USAGE names.
import { writeFileSync } from 'node:fs';

export interface Usage {
  /** Seconds of processor time. */
  readonly cpu: number;
  /** MB of 1,000,000 bytes, at the most. */
  readonly memory: number;
}

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage: Usage = { cpu: (userCPUTime + systemCPUTime) / 1e6, memory: (maxRSS * 1024) / 1e6 };
  writeFileSync(process.env['HOSTILE_USAGE'] ?? '/dev/null', JSON.stringify(usage));
});
