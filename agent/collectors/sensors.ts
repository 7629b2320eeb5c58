import type { Host } from '../host/host.ts';

/** How well a sensor shows the processor's temperature, the best first; null: something else. */
type CpuRank = 'package' | 'soc' | 'core' | 'other' | null;

export const cpuRanks = ['package', 'soc', 'core', 'other'] as const;

export interface Sensor {
  name: string;
  path: string;
  /** A file that says 1 while the sensor's input is open or broken, where the driver has one. */
  fault: string | null;
  cpu: CpuRank;
  /** Says no more than another sensor of its chip: a row only where that one has no reading. */
  isRepeated: boolean;
  /** The directory of its chip or zone. */
  of: string;
}

/** drivetemp asks the disk: a sleeping one would wake up, or would not go to sleep. */
const left = new Set(['drivetemp']);

/**
 * What the names of chips and thermal zones say: `cpu_thermal` on a Raspberry Pi, `package_thermal` and
 * `bigcore0_thermal` on an RK3588, `soc-thermal`, `cpu0-thermal`, `CPU-therm`, `x86_pkg_temp`.
 */
function rankOfName(name: string): CpuRank {
  const place = plainName(name).replace(/_?(?:thermal(?:_zone)?|therm|temp)$/, '');
  if (
    /^(?:cpu|package|pkg|x86_pkg|cpu_package|tj|imx|mpu|exynos|bcm2835|armada|kirkwood|dove)$/.test(
      place,
    )
  )
    return 'package';
  if (place === 'soc') return 'soc';
  if (
    /^(?:cpu|cpuss|soc|main)_?\d|^cpu_(?:big|little|cluster)|^(?:big|little)_?core|^(?:core_)?cluster/.test(
      place,
    )
  )
    return 'core';
  return /cpu|soc|^nb$|^cls\d$/.test(place) ? 'other' : null;
}

/** `Core0 Temp` of k8temp, `CPU` of a laptop's firmware, `SoC Temperature`; not `CPUTIN`, which is often not connected. */
const cpuLabel =
  /^(?:cpu|soc|core ?\d+)(?:[ _-]?(?:temp(?:erature)?|therm(?:al)?))?$|^peci agent 0$/i;

/** The chip of a thermal zone has the zone's name, with underscores. */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

function rank(chip: string, label: string | null): CpuRank {
  if (chip === 'coretemp') return label?.startsWith('Core ') ? 'core' : 'package';
  if (chip === 'k10temp' || chip === 'zenpower')
    return label?.startsWith('Tccd') ? 'core' : 'package';
  return rankOfName(chip) ?? (cpuLabel.test(label ?? '') ? 'other' : null);
}

/** All sensors of the host, each physical one once; of a chip those that repeat others last. */
export function discover(host: Host, chips: readonly string[], zones: readonly string[]): Sensor[] {
  const ofChips = chips.flatMap(chip => chipSensors(host, `sys/class/hwmon/${chip}`));
  // A zone is often the same sensor again: it is needed if no chip is known to have the processor's.
  if (ofChips.some(({ cpu }) => cpu !== null && cpu !== 'other')) return ofChips;
  const known = new Set(chips.map(chip => host.attribute(`sys/class/hwmon/${chip}/name`) ?? ''));
  return [...ofChips, ...zones.flatMap(zone => zoneSensor(host, zone, known))];
}

function chipSensors(host: Host, base: string): Sensor[] {
  const chip = host.attribute(`${base}/name`);
  if (chip === null || left.has(chip)) return [];
  const entries = new Set(host.list(base));
  const inputs = [...entries].flatMap(entry => /^temp(\d+)_input$/.exec(entry)?.[1] ?? []);
  const labels = inputs.map(number => host.attribute(`${base}/temp${number}_label`));
  const sensors = inputs.map((number, at): Sensor => {
    const label = labels[at] ?? null;
    const fault = `temp${number}_fault`;
    return {
      name: [chip, label].filter(Boolean).join(' ').slice(0, 255),
      path: `${base}/temp${number}_input`,
      fault: entries.has(fault) ? `${base}/${fault}` : null,
      cpu: rank(chip, label),
      isRepeated: isRepeated(label, labels),
      of: base,
    };
  });
  return sensors.toSorted((a, b) => Number(a.isRepeated) - Number(b.isRepeated));
}

/**
 * A package's row is enough: one for each of 16 cores says no more. Tctl is Tdie with an offset, for the control of
 * fans: 27 degrees on some Threadrippers.
 */
function isRepeated(label: string | null, labels: readonly (string | null)[]): boolean {
  const has = (form: RegExp): boolean => labels.some(each => each !== null && form.test(each));
  if (label === null) return false;
  if (/^Core \d+$/.test(label)) return has(/^(?:Package|Physical) id/);
  return label === 'Tctl' && has(/^Tdie$/);
}

function zoneSensor(host: Host, zone: string, chips: ReadonlySet<string>): Sensor[] {
  const type = host.attribute(`sys/class/thermal/${zone}/type`);
  if (type === null || chips.has(plainName(type)) || chips.has(type)) return [];
  return [
    {
      name: type.slice(0, 255),
      path: `sys/class/thermal/${zone}/temp`,
      fault: null,
      cpu: rankOfName(type),
      isRepeated: false,
      of: zone,
    },
  ];
}
