import type { Host } from '../host/host.ts';
import * as cgroup from './cgroup-cpu.ts';
import * as cpu from './cpu.ts';

interface Reading {
  times: cpu.CpuTimes;
  cgroup: cgroup.CgroupCpu | null;
  /** Seconds since boot. */
  at: number;
}

/** Processor use between two beats, so that it covers the whole interval. */
export class CpuUsage {
  readonly #host: Host;
  #before: Reading | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Processors that this host may use, by the last reading; 0 before the first. */
  get capacity(): number {
    const { times, cgroup: ofContainer } = this.#before ?? {};
    return Math.min(times?.cores ?? 0, ofContainer?.quota ?? Infinity);
  }

  /**
   * Percentage since the last call, or null at the first one.
   *
   * @param at seconds since boot
   * @param ofCgroup use the container's own counters: behind lxcfs /proc/stat still counts the whole machine
   */
  read(at: number, ofCgroup: boolean): number | null {
    const before = this.#before;
    const now: Reading = {
      times: cpu.read(this.#host),
      cgroup: ofCgroup ? cgroup.read(this.#host) : null,
      at,
    };
    this.#before = now;
    if (before === null) return null;
    if (before.cgroup !== null && now.cgroup !== null) {
      return cgroup.usage(before.cgroup, now.cgroup, now.at - before.at, now.times.cores);
    }
    return cpu.usage(before.times, now.times);
  }
}
