import type { Host } from '../../host/host.ts';
import type { Finding } from './finding.ts';
import type { StorageMemory } from './storage-memory.ts';

/**
 * Which disks are on USB, remembered from when they were there: nothing is left of one that was
 * unplugged. Its owner may have unplugged it on purpose, with its file system still mounted.
 */
export class UsbDisks {
  readonly #host: Host;
  readonly #memory: StorageMemory;
  #present: ReadonlySet<string> = new Set();

  constructor(host: Host, memory: StorageMemory) {
    this.#host = host;
    this.#memory = memory;
  }

  /**
   * @param disks the names in /sys/block now
   * @param sameBoot as when they were remembered; after another start of the kernel a name is another disk's
   */
  look(disks: readonly string[], sameBoot: boolean): void {
    const { kept } = this.#memory;
    if (!sameBoot) kept.usb = [];
    for (const disk of disks) {
      if (this.#present.has(disk)) continue;
      kept.usb = kept.usb.filter(each => each !== disk);
      if (this.#isUsb(disk)) kept.usb.push(disk);
    }
    this.#present = new Set(disks);
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
    return this.#memory.kept.usb.includes(disk) && !this.#present.has(disk);
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
