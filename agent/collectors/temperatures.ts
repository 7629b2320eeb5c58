import type { Temperature } from '../contract/heartbeat.ts';
import { type CallGuard, NoAnswer } from '../host/call-guard.ts';
import type { Host } from '../host/host.ts';
import type { Warn } from './collector-run.ts';
import { cpuRanks, discover, type Sensor } from './sensors.ts';

/** How a sensor says that it has no reading now, or is gone: nothing to speak of. */
const noReading = new Set(['ENODATA', 'EAGAIN', 'ENOENT', 'ENODEV', 'ENXIO']);

/**
 *     46850
 *
 * Thousandths of a degree Celsius, one decimal kept; null for text that is no number and for
 * values that are impossible on a running machine, as an unconnected sensor gives: 127.5 is all ones of a register.
 */
export function parse(text: string): number | null {
  if (!/^-?\d+$/.test(text.trim())) return null;
  const celsius = Math.round(Number(text) / 100) / 10;
  return celsius > -40 && celsius < 127 && celsius !== 0 ? celsius : null;
}

/** Sensors of the host. A driver may block, so each is asked through CallGuard, and may fail by itself. */
export class Temperatures {
  readonly #host: Host;
  readonly #patience: CallGuard;
  #sensors: Sensor[] = [];
  #listing = '';

  constructor(deps: { host: Host; patience: CallGuard }) {
    this.#host = deps.host;
    this.#patience = deps.patience;
  }

  /** All that answer now, and the processor's: its package, else its hottest core, of several sockets the hottest. */
  async read(warn: Warn): Promise<{ all: Temperature[]; cpu: number | null }> {
    const all: Temperature[] = [];
    const cpu = new Map<Sensor['cpu'], number>();
    /** Chips whose package was read. */
    const told = new Set<string>();
    for (const sensor of this.#discover()) {
      if (sensor.isRepeated && told.has(sensor.of)) continue;
      const celsius = await this.#ask(warn, sensor);
      if (celsius === null) continue;
      if (sensor.cpu === 'package' && !sensor.isRepeated) told.add(sensor.of);
      all.push({ sensor: sensor.name, celsius });
      cpu.set(sensor.cpu, Math.max(celsius, cpu.get(sensor.cpu) ?? celsius));
    }
    const best = cpuRanks.find(rank => cpu.has(rank));
    return { all, cpu: best === undefined ? null : (cpu.get(best) ?? null) };
  }

  async #ask(warn: Warn, { name, path, fault }: Sensor): Promise<number | null> {
    try {
      const read = (file: string) => this.#patience.run(file, () => this.#host.slowAttribute(file));
      if (fault !== null && (await read(fault)) === '1') return null;
      const text = await read(path);
      return parse(text);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (noReading.has(code)) return null;
      // Which of its words NoAnswer has changes from beat to beat.
      const reason = error instanceof NoAnswer ? 'no answer' : code || String(error);
      warn(
        'sensor-unreadable',
        `Sensor ${name} cannot be read and is left out: ${reason}`,
        `/${path}`,
      );
      return null;
    }
  }

  /** Names and labels stay as long as the same chips are there. */
  #discover(): Sensor[] {
    const chips = this.#host.list('sys/class/hwmon');
    const zones = this.#host
      .list('sys/class/thermal')
      .filter(name => name.startsWith('thermal_zone'));
    const listing = [...chips, ...zones].join(' ');
    if (listing !== this.#listing) {
      this.#listing = listing;
      this.#sensors = discover(this.#host, chips, zones);
    }
    return this.#sensors;
  }
}
