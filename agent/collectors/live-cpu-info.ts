import type { CpuInfo } from '../contract/heartbeat.ts';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';

/** It runs lscpu and the like, which may take long on a busy small board; the beat has the files' answer until then. */
const limitMs = 2000;

/**
 * What systeminformation knows of the processor: it asks lscpu and decodes a Raspberry Pi's revision, so it has names
 * where /proc/cpuinfo has numbers. Imported here alone, when it is called and only this part of it: it starts
 * processes, so it is asked once at start and never in a beat.
 */
export async function read(clock: Clock): Promise<CpuInfo> {
  const { cpu } = await import('systeminformation/lib/cpu.js');
  const { manufacturer, brand, cores } = await within(cpu(), {
    clock,
    ms: limitMs,
    late: () => new Error(`No answer of systeminformation within ${limitMs / 1000} s`),
  });
  return parse(manufacturer, brand, cores);
}

/** Its placeholders for "not known" become null; a maker's name that the model repeats is written once. */
export function parse(manufacturer: string, brand: string, cores: number): CpuInfo {
  const known = [manufacturer, brand].filter(word => word !== '' && word !== 'unknown');
  const [maker, model] = known;
  const name = model?.startsWith(maker ?? '') ? model : known.join(' ');
  return {
    cpu_model: brand === '' || brand === 'unknown' ? null : name.slice(0, 255),
    cpu_cores: Number.isInteger(cores) && cores >= 1 && cores <= 1024 ? cores : null,
  };
}
