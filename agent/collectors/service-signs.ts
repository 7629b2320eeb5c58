import type { Host } from '../host/host.ts';
import { parse as parseCpuStat } from './cgroup-cpu.ts';
import { figure, type Unit } from './systemctl.ts';

/** What one running unit uses, from its control group's own files. */
export interface Usage {
  cpuSeconds: number | null;
  memoryBytes: number | null;
}

/**
 * A text that stays the same while a running unit does, read without starting a process; null if the host
 * gives no such sign. systemd keeps a link `/run/systemd/units/invocation:UNIT` to the id of the unit's present start
 * and removes it when the unit stops, fails or is restarted.
 */
export function sign(host: Host, unit: Unit): string | null {
  // Starting or reloading ends by itself, within one and the same start.
  if (unit['ActiveState'] !== 'active') return null;
  const invocation = host.link(`run/systemd/units/invocation:${unit['Id'] ?? ''}`);
  if (invocation === null) return null;
  const pid = figure(unit['MainPID']) ?? 0;
  if (pid > 0 && !host.exists(`proc/${pid}`)) return null;
  return `${invocation} ${pid}`;
}

/** The same two figures as systemctl's CPUUsageNSec and MemoryCurrent. */
export function usage(host: Host, unit: Unit): Usage | null {
  const group = unit['ControlGroup'];
  if (!group?.startsWith('/') || group === '/') return null;
  const cpu = host.attribute(`sys/fs/cgroup${group}/cpu.stat`);
  if (cpu === null) return null;
  return {
    cpuSeconds: parseCpuStat(cpu),
    memoryBytes: figure(host.attribute(`sys/fs/cgroup${group}/memory.current`) ?? undefined),
  };
}

export function usageOf(unit: Unit): Usage {
  const nanoseconds = figure(unit['CPUUsageNSec']);
  return {
    cpuSeconds: nanoseconds === null ? null : nanoseconds / 1e9,
    memoryBytes: figure(unit['MemoryCurrent']),
  };
}
