import type { Pressure } from '../contract/heartbeat.ts';
import type { Host } from '../host/host.ts';

/**
 *     some avg10=0.00 avg60=1.25 avg300=0.40 total=12345
 *     full avg10=0.00 avg60=0.75 avg300=0.10 total=2345
 *
 * Percent of the last 60 s in which some, or all, tasks waited; null if the line is missing.
 */
export function parse(text: string): { some: number | null; full: number | null } {
  const average = (kind: string): number | null => {
    const found = new RegExp(`^${kind} .*\\bavg60=(\\d+(?:\\.\\d+)?)`, 'm').exec(text)?.[1];
    return found === undefined ? null : Math.min(100, Number(found));
  };
  return { some: average('some'), full: average('full') };
}

/** Null where the kernel has no pressure information (built without, or started with psi=0). */
export function read(host: Host, inContainer: boolean): Pressure | null {
  const of = (resource: string): ReturnType<typeof parse> => {
    // /proc/pressure in a container is the whole machine's.
    const path = inContainer ? `sys/fs/cgroup/${resource}.pressure` : `proc/pressure/${resource}`;
    return parse(host.attribute(path) ?? '');
  };
  const [cpu, memory, io] = [of('cpu'), of('memory'), of('io')];
  if (cpu.some === null && memory.some === null && io.some === null) return null;
  return {
    cpu_some_avg60: cpu.some,
    memory_some_avg60: memory.some,
    memory_full_avg60: memory.full,
    io_some_avg60: io.some,
    io_full_avg60: io.full,
  };
}
