import { type StorageFinding, type StorageHealth, storageLimits } from '../../contract/storage.ts';
import type { Host } from '../../host/host.ts';
import type { Clock } from '../../lib/clock.ts';
import type { CollectorRun } from '../collector-run.ts';
import * as diskMounts from '../disk-mounts.ts';
import * as mounts from '../mounts.ts';
import { Btrfs } from './btrfs.ts';
import * as emmc from './emmc.ts';
import * as ext4 from './ext4.ts';
import type { Finding, Reading } from './finding.ts';
import * as md from './md.ts';
import { ReadOnly } from './read-only.ts';
import { SmartLogs } from './smart-logs.ts';
import type { StorageMemory } from './storage-memory.ts';
import { UnderVoltage } from './under-voltage.ts';
import { UsbDisks } from './usb-disks.ts';
import { Zfs } from './zfs.ts';

/**
 * The health of a server's storage, from files that the kernel answers from memory: no disk is asked, so that one that
 * sleeps goes on sleeping. Each source may fail by itself.
 */
export class Storage {
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #memory: StorageMemory;
  readonly #readOnly: ReadOnly;
  readonly #btrfs: Btrfs;
  readonly #zfs: Zfs;
  readonly #smartLogs: SmartLogs;
  readonly #underVoltage: UnderVoltage;
  readonly #usbDisks: UsbDisks;
  #table = '';
  #mounts: readonly mounts.Mount[] = [];

  constructor(deps: { host: Host; clock: Clock; memory: StorageMemory }) {
    const { host, memory } = deps;
    this.#host = host;
    this.#clock = deps.clock;
    this.#memory = memory;
    this.#readOnly = new ReadOnly(host);
    this.#btrfs = new Btrfs(host, memory);
    this.#zfs = new Zfs(host, memory);
    this.#smartLogs = new SmartLogs(host);
    this.#underVoltage = new UnderVoltage(host);
    this.#usbDisks = new UsbDisks(host, memory);
  }

  /**
   * @param inContainer there only the mounts are its own: all else in /sys and /proc/spl is the machine's
   * @param table of mounts, as the file systems were read from it
   */
  async read(
    round: CollectorRun,
    inContainer: boolean,
    table: mounts.MountTable | null,
  ): Promise<StorageHealth> {
    const host = this.#host;
    const now = this.#clock.now();
    const readings: Reading[] = [];
    const ask = async (name: string, read: () => Reading): Promise<void> => {
      const reading = await round.run(name, read);
      if (reading !== null) readings.push(reading);
    };
    if (table !== null && table.text !== this.#table) {
      this.#table = table.text;
      this.#mounts = diskMounts.seen(mounts.parse(table.text, table.ofSandbox));
    }
    await ask('read_only', () => this.#readOnly.read(this.#mounts));
    if (!inContainer) {
      const { kept } = this.#memory;
      const boot = host.attribute('proc/sys/kernel/random/boot_id');
      const sameBoot = boot === kept.boot;
      const disks = (await round.run('disks', () => host.list('sys/block'))) ?? [];
      this.#usbDisks.look(disks, sameBoot);
      await ask('md', () => md.read(host, disks));
      await ask('zfs', () => this.#zfs.read(now, sameBoot));
      await ask('btrfs', () => this.#btrfs.read(now));
      await ask('ext4', () => ext4.read(host, this.#mounts));
      await ask('emmc', () => emmc.read(host, disks));
      await ask('smart_logs', () => this.#smartLogs.read(now));
      await ask('under_voltage', () => this.#underVoltage.read(now));
      kept.boot = boot;
      this.#memory.save();
    }
    const found = readings.flatMap(each => each.findings);
    const findings = found.map(each => this.#usbDisks.soften(each));
    for (const { code, subject, text } of findings) round.warn(code, text, subject);
    return health(
      readings.flatMap(each => each.watched),
      findings,
    );
  }
}

/** Within the limits of a heartbeat, faults first. */
function health(watched: readonly string[], findings: readonly Finding[]): StorageHealth {
  const faults = findings.filter(({ severity }) => severity === 'fault');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const [first] = [...faults, ...warnings];
  const quiet = watched.length === 0 ? 'unknown' : 'good';
  return {
    state: first?.severity ?? quiet,
    watched: watched.slice(0, storageLimits.watched).map(name => short(name, storageLimits.name)),
    findings: [...faults, ...warnings].slice(0, storageLimits.findings).map(bounded),
  };
}

function bounded({ code, severity, subject, text }: Finding): StorageFinding {
  return {
    code,
    severity,
    subject: short(subject, storageLimits.name),
    text: short(text, storageLimits.text),
  };
}

function short(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
