import type { Host } from '../../host/host.ts';
import type { Finding, Reading } from './finding.ts';

const finding: Finding = {
  code: 'under-voltage',
  severity: 'warning',
  subject: 'power supply',
  text: 'The power supply is too weak (under-voltage): disks and the card may lose what is written',
};

/** How long it is reported after the last time: a weak supply falls again and again, between the beats as well. */
const lastsMs = 3_600_000;

/**
 *     1
 *
 * Whether a Raspberry Pi's supply fell below 4.63 V within the last seconds; its driver asks the firmware by itself.
 * Not the firmware's `get_throttled`, whose first read writes a stack trace into the kernel's log.
 */
export class UnderVoltage {
  readonly #host: Host;
  #seen: number | null = null;
  #listing: string | null = null;
  #alarm: string | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  read(now: Date): Reading {
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
    if (alarm === null) return { watched: [], findings: [] };
    if (alarm === '1') this.#seen = now.getTime();
    const lasts = this.#seen !== null && now.getTime() - this.#seen <= lastsMs;
    return { watched: ['power supply'], findings: lasts ? [finding] : [] };
  }
}
