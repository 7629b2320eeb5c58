import type { Metrics } from '../contract/heartbeat.ts';
import type { Host } from '../host/host.ts';
import { percentOf } from '../lib/percent-of.ts';

type Memory = Pick<
  Metrics,
  | 'memory_percent'
  | 'memory_total_mb'
  | 'memory_used_mb'
  | 'swap_percent'
  | 'swap_total_mb'
  | 'swap_used_mb'
>;

/**
 *     MemTotal:        8029292 kB
 *     MemFree:          211800 kB
 *     MemAvailable:    5501236 kB
 *
 * kB are KiB. Keys without a unit (HugePages_Total) are counts, and not needed here.
 * Throws an Error when MemTotal is missing or 0.
 */
export function parse(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const [, key = '', value] of text.matchAll(/^([\w()]+): +(\d+)/gm)) {
    values.set(key, Number(value));
  }
  if ((values.get('MemTotal') ?? 0) <= 0) {
    throw new Error(
      `Expected MemTotal above 0 in /proc/meminfo, found ${JSON.stringify(text.slice(0, 80))}`,
    );
  }
  return values;
}

/**
 *     size                            4    8589934592
 *     c_min                           4    1040187392
 *
 * Bytes of ZFS's cache that the kernel counts as used but would give back: all above its lower bound.
 */
export function parseArcStats(text: string): number {
  const value = (key: string): number =>
    Number(new RegExp(`^${key} +\\d+ +(\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return Math.max(0, value('size') - value('c_min'));
}

/** What is used, by the rule of `free` in procps 4: total less available. One rule for the percentage and the MiB. */
export function summarise(values: Map<string, number>, reclaimableArcBytes: number): Memory {
  const get = (key: string): number => values.get(key) ?? 0;
  const total = get('MemTotal');
  const free = get('MemFree');
  const said = get('MemAvailable');
  // Missing or 0: as `free`. More than there is: lxcfs, where the total is the container's and available was the
  // host's.
  const available = said > 0 && said <= total ? said : free;
  const used = clamp(total - available - reclaimableArcBytes / 1024, total);
  const swapTotal = get('SwapTotal');
  const swapUsed = clamp(swapTotal - get('SwapFree'), swapTotal);
  return {
    memory_percent: percentOf(used, total),
    memory_total_mb: Math.floor(total / 1024),
    memory_used_mb: Math.floor(used / 1024),
    swap_percent: percentOf(swapUsed, swapTotal),
    swap_total_mb: Math.floor(swapTotal / 1024),
    swap_used_mb: Math.floor(swapUsed / 1024),
  };
}

/** @param inContainer in a container the cache of ZFS is the machine's, and not part of the container's figures */
export function read(host: Host, inContainer: boolean): Memory {
  const text = host.read('proc/meminfo');
  if (text === null) throw new Error('Cannot read /proc/meminfo: not there');
  const arc = inContainer ? null : host.attribute('proc/spl/kstat/zfs/arcstats');
  return summarise(parse(text), arc === null ? 0 : parseArcStats(arc));
}

function clamp(value: number, max: number): number {
  return Math.min(max, Math.max(0, value));
}
