import { Temperatures } from '../../../../../agent/collectors/temperatures.ts';
import { CallGuard } from '../../../../../agent/host/call-guard.ts';
import type { Host } from '../../../../../agent/host/host.ts';
import { FakeClock } from '../../../../support/fake-clock.ts';
import type { Files } from './host-tree.ts';

/** What /sys says of a chip with sensors, and of a thermal zone. */
export const chip = (number: number, name: string, sensors: Files): Files => ({
  [`sys/class/hwmon/hwmon${number}/name`]: `${name}\n`,
  ...Object.fromEntries(
    Object.entries(sensors).map(([file, text]) => [`sys/class/hwmon/hwmon${number}/${file}`, text]),
  ),
});
export const zone = (number: number, type: string, temp: string): Files => ({
  [`sys/class/thermal/thermal_zone${number}/type`]: `${type}\n`,
  [`sys/class/thermal/thermal_zone${number}/temp`]: `${temp}\n`,
});
export const sensorsOf = (host: Host, clock = new FakeClock()): Temperatures =>
  new Temperatures({ host, patience: new CallGuard(clock) });
