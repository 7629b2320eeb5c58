import type { Temperature } from '../contract/heartbeat.ts';
import { type CallGuard, NoAnswer } from '../host/call-guard.ts';
import type { Host } from '../host/host.ts';
import type { Warn } from './collector-run.ts';

interface Sensor {
  name: string;
  path: string;
  isCpu: boolean;
}

/** drivetemp asks the disk: a sleeping one would wake up, or would not go to sleep. */
const left = new Set(['drivetemp']);

/** How a sensor says that it has no reading now, or is gone: nothing to speak of. */
const noReading = new Set(['ENODATA', 'EAGAIN', 'ENOENT', 'ENODEV', 'ENXIO']);

const cpuChips = new Set(['k10temp', 'zenpower', 'coretemp', 'cpu_thermal', 'soc_thermal']);

/**
 *     46850
 *
 * Thousandths of a degree Celsius, one decimal kept; null for text that is no number and for
 * values that are impossible on a running machine, as an unconnected sensor gives.
 */
export function parse(text: string): number | null {
  if (!/^-?\d+$/.test(text.trim())) return null;
  const celsius = Math.round(Number(text) / 100) / 10;
  return celsius > -40 && celsius < 150 && celsius !== 0 ? celsius : null;
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

  /** All that answer now, and the processor's. */
  async read(warn: Warn): Promise<{ all: Temperature[]; cpu: number | null }> {
    const all: Temperature[] = [];
    let cpu: number | null = null;
    for (const sensor of this.#discover()) {
      const celsius = await this.#ask(warn, sensor);
      if (celsius === null) continue;
      all.push({ sensor: sensor.name, celsius });
      if (sensor.isCpu) cpu ??= celsius;
    }
    return { all, cpu };
  }

  async #ask(warn: Warn, { name, path }: Sensor): Promise<number | null> {
    try {
      const text = await this.#patience.run(path, () => this.#host.slowAttribute(path));
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
      const ofChips = chips.flatMap(chip => chipSensors(this.#host, `sys/class/hwmon/${chip}`));
      // A zone is often the same sensor again: it is needed where no chip tells the processor's.
      this.#sensors = ofChips.some(sensor => sensor.isCpu)
        ? ofChips
        : [...ofChips, ...zones.flatMap(zone => zoneSensor(this.#host, zone))];
    }
    return this.#sensors;
  }
}

function chipSensors(host: Host, base: string): Sensor[] {
  const chip = host.attribute(`${base}/name`);
  if (chip === null || left.has(chip)) return [];
  const sensors: Sensor[] = [];
  for (const entry of host.list(base)) {
    const number = /^temp(\d+)_input$/.exec(entry)?.[1];
    if (number === undefined) continue;
    const label = host.attribute(`${base}/temp${number}_label`);
    // The package's row is enough: one for each of 16 cores says no more.
    if (label !== null && /^Core \d+$/.test(label)) continue;
    sensors.push({
      name: [chip, label].filter(Boolean).join(' ').slice(0, 255),
      path: `${base}/${entry}`,
      isCpu: cpuChips.has(chip) && (label === null || /^(?:Tctl|Tdie|Package)/.test(label)),
    });
  }
  return sensors;
}

function zoneSensor(host: Host, zone: string): Sensor[] {
  const type = host.attribute(`sys/class/thermal/${zone}/type`);
  if (type === null) return [];
  return [
    {
      name: type.slice(0, 255),
      path: `sys/class/thermal/${zone}/temp`,
      isCpu: /cpu|soc|x86_pkg/i.test(type),
    },
  ];
}
