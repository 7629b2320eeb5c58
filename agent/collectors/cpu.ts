import type { Host } from '../host/host.ts';

/** Ticks since boot by state, and how many processors were counted. */
export interface CpuTimes {
  user: number;
  nice: number;
  system: number;
  idle: number;
  iowait: number;
  irq: number;
  softirq: number;
  steal: number;
  cores: number;
}

/**
 *     cpu  74608 2520 24433 1117073 6176 4054 0 0 0 0
 *     cpu0 37784 1260 12216 558536 3088 2027 0 0 0 0
 *
 * in ticks: user nice system idle iowait irq softirq steal guest guest_nice. Guest time is in user and nice already.
 * Throws an Error when there is no `cpu` line with at least user, nice, system and idle.
 */
export function parse(text: string): CpuTimes {
  const line = /^cpu +(.*)$/m.exec(text)?.[1];
  const ticks = (line ?? '').trim().split(/ +/).map(Number);
  const [user, nice, system, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  if (user === undefined || nice === undefined || system === undefined || idle === undefined) {
    throw new Error(`Expected a line "cpu" with times in /proc/stat, found ${quote(text)}`);
  }
  const times = { user, nice, system, idle, iowait, irq, softirq, steal };
  if (!Object.values(times).every(Number.isFinite)) {
    throw new Error(`Expected numbers after "cpu" in /proc/stat, found ${quote(text)}`);
  }
  return { ...times, cores: text.match(/^cpu\d+ /gm)?.length ?? 0 };
}

/**
 * Percentage of the time between two readings that was not idle, or null when too little time passed to say.
 *
 * Counters do go backwards (iowait by proc(5), idle when a processor is taken out): each counts from 0 then.
 */
export function usage(before: CpuTimes, after: CpuTimes): number | null {
  const states = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
  let total = 0;
  let busy = 0;
  for (const state of states) {
    const delta = Math.max(0, after[state] - before[state]);
    total += delta;
    if (state !== 'idle' && state !== 'iowait') busy += delta;
  }
  // Below 10 ticks (0.1 s of one processor) a single tick would move the figure by tens of percent.
  return total < 10 ? null : Math.round((busy / total) * 1000) / 10;
}

export function read(host: Host): CpuTimes {
  const text = host.read('proc/stat');
  if (text === null) throw new Error('Cannot read /proc/stat: not there');
  return parse(text);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
