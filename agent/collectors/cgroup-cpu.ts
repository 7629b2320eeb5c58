import type { Host } from '../host/host.ts';

export interface CgroupCpu {
  /** Processor time of the whole container since its start. */
  seconds: number;
  /** How many processors' worth of time it may use, or null when it is not limited. */
  quota: number | null;
}

/**
 *     usage_usec 273813571
 *     user_usec 174839282
 *
 * cpu.stat of a version 2 control group.
 * Throws an Error when usage_usec is missing.
 */
export function parse(text: string): number {
  const microseconds = /^usage_usec (\d+)$/m.exec(text)?.[1];
  if (microseconds === undefined) {
    throw new Error(`Expected usage_usec in cpu.stat, found ${JSON.stringify(text.slice(0, 80))}`);
  }
  return Number(microseconds) / 1e6;
}

/**
 *     150000 100000
 *     max 100000
 *
 * cpu.max: microseconds of processor time allowed in a period of so many.
 */
function parseQuota(text: string): number | null {
  const found = /^(\d+) (\d+)/.exec(text);
  const quota = Number(found?.[1]) / Number(found?.[2]);
  return Number.isFinite(quota) && quota > 0 ? quota : null;
}

/** Percentage of what the container may use, or null when no time passed or the counter was reset. */
export function usage(
  before: CgroupCpu,
  after: CgroupCpu,
  elapsedSeconds: number,
  cores: number,
): number | null {
  const used = after.seconds - before.seconds;
  const capacity = Math.min(cores || Infinity, after.quota ?? Infinity);
  if (!(elapsedSeconds > 0) || used < 0 || !Number.isFinite(capacity)) return null;
  return Math.min(100, Math.round((used / (elapsedSeconds * capacity)) * 1000) / 10);
}

/** The control group that a container sees as its root, or null where version 2 is not mounted. */
export function read(host: Host): CgroupCpu | null {
  const stat = host.attribute('sys/fs/cgroup/cpu.stat');
  if (stat === null) return null;
  return {
    seconds: parse(stat),
    quota: parseQuota(host.attribute('sys/fs/cgroup/cpu.max') ?? ''),
  };
}
