import type { Host } from '../host/host.ts';

/**
 *     840.41 1560.73
 *
 * Seconds since boot (in a container with lxcfs: since its start), then seconds that all processors were idle.
 * Never computed from the wall clock, which may jump.
 * Throws an Error when the first is not a number.
 */
export function parse(text: string): number {
  const seconds = /^(\d+(?:\.\d+)?)(?: |$)/.exec(text)?.[1];
  if (seconds === undefined) {
    throw new Error(`Expected seconds in /proc/uptime, found ${JSON.stringify(text.slice(0, 80))}`);
  }
  return Number(seconds);
}

export function read(host: Host): number {
  const text = host.read('proc/uptime');
  if (text === null) throw new Error('Cannot read /proc/uptime: not there');
  return parse(text);
}
