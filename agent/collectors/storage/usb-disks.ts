import type { Host } from '../../host/host.ts';
import type { Finding } from './finding.ts';

/**
 * Which disks are on USB, remembered from when they were there: of one that was unplugged nothing is left that would
 * tell. Its owner may have unplugged it on purpose, with its file system still mounted.
 */
export class UsbDisks {
  readonly #host: Host;
  readonly #onUsb = new Map<string, boolean>();
  #present: ReadonlySet<string> = new Set();

  constructor(host: Host) {
    this.#host = host;
  }

  /** @param disks the names in /sys/block now */
  look(disks: readonly string[]): void {
    this.#present = new Set(disks);
    for (const disk of disks) {
      if (!this.#onUsb.has(disk)) this.#onUsb.set(disk, this.#isUsb(disk));
    }
  }

  /** The finding, or in its place a warning if all that it lies on are USB disks which are gone. It ends with the mount. */
  soften(finding: Finding): Finding {
    const { devices = [], severity, subject } = finding;
    if (severity !== 'fault' || devices.length === 0) return finding;
    if (!devices.every(device => this.#unplugged(device))) return finding;
    const disks = [...new Set(devices.map(diskOf))].join(', ');
    const text = `USB disk ${disks} was unplugged while in use by ${subject}: unmount it, then mount it again`;
    return { code: 'usb-unplugged', severity: 'warning', subject, text, devices };
  }

  #unplugged(device: string): boolean {
    const disk = diskOf(device);
    return this.#onUsb.get(disk) === true && !this.#present.has(disk);
  }

  /** `../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb` */
  #isUsb(disk: string): boolean {
    return /\/usb\d+\//.test(this.#host.target(`sys/block/${disk}`) ?? '');
  }
}

/** The disk of a partition: `sdb1` is on sdb, `nvme0n1p2` on nvme0n1. */
function diskOf(device: string): string {
  return device.replace(/^(sd[a-z]+)\d+$/, '$1').replace(/^(.*\d)p\d+$/, '$1');
}
