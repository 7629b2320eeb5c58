import * as z from 'zod/mini';

/** Stable: scripts and the deployer compare them. */
const storageCodes = [
  'md-degraded',
  'md-disk-failed',
  'md-not-started',
  'md-broken',
  'zfs-pool-state',
  'zfs-pool-gone',
  'btrfs-device-missing',
  'btrfs-errors',
  'ext4-errors',
  'read-only',
  'emmc-worn',
  'smart-sectors',
  'under-voltage',
  'usb-unplugged',
] as const;
export type StorageCode = (typeof storageCodes)[number];

/** The name in `monitored_services` under which a heartbeat reports the health of storage as a service. */
export const storageService = 'storage-health';

/** What a heartbeat and the status file hold at most. */
export const storageLimits = { watched: 64, findings: 30, name: 100, text: 255 } as const;

const text = (max: number) => z.string().check(z.maxLength(max));

export const StorageFinding = z.object({
  code: z.enum(storageCodes),
  /** A fault opens the hub's alert; a warning does not. */
  severity: z.enum(['fault', 'warning']),
  /** The array, pool, file system or disk. */
  subject: text(storageLimits.name),
  /** One sentence. */
  text: text(storageLimits.text),
});
export type StorageFinding = z.infer<typeof StorageFinding>;

/** The health of arrays, pools, file systems and disks, as the kernel's own files report it. */
export const StorageHealth = z.object({
  /** `unknown` where nothing can be read: a container, or a server without any of it. */
  state: z.enum(['good', 'warning', 'fault', 'unknown']),
  /** What was read, such as `md0`, `zfs tank` or `ext4 sda1`. */
  watched: z.array(text(storageLimits.name)).check(z.maxLength(storageLimits.watched)),
  findings: z.array(StorageFinding).check(z.maxLength(storageLimits.findings)),
});
export type StorageHealth = z.infer<typeof StorageHealth>;
