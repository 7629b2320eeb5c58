import type { Host } from '../../host/host.ts';
import type { Reading } from './finding.ts';

/**
 *     1
 *
 * Whether a Raspberry Pi's supply fell below 4.63 V within the last seconds; its driver asks the firmware by itself.
 * Not the firmware's `get_throttled`, whose first read writes a stack trace into the kernel's log.
 */
export function judge(alarm: string): Reading {
  const text =
    'The power supply is too weak (under-voltage): disks and the card may lose what is written';
  const finding = {
    code: 'under-voltage',
    severity: 'warning',
    subject: 'power supply',
    text,
  } as const;
  return { watched: ['power supply'], findings: alarm === '1' ? [finding] : [] };
}

export class UnderVoltage {
  readonly #host: Host;
  #listing: string | null = null;
  #alarm: string | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  read(): Reading {
    const chips = this.#host.list('sys/class/hwmon');
    const listing = chips.join(' ');
    if (listing !== this.#listing) {
      this.#listing = listing;
      const chip = chips.find(
        each => this.#host.attribute(`sys/class/hwmon/${each}/name`) === 'rpi_volt',
      );
      this.#alarm = chip === undefined ? null : `sys/class/hwmon/${chip}/in0_lcrit_alarm`;
    }
    const alarm = this.#alarm === null ? null : this.#host.attribute(this.#alarm);
    return alarm === null ? { watched: [], findings: [] } : judge(alarm);
  }
}
