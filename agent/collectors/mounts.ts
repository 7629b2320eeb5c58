import type { Host } from '../host/host.ts';
import type { Space } from '../host/recording.ts';

/** The text of a mount table, and whether it is the sandbox's own, which shows every disk as read-only. */
export interface MountTable {
  readonly text: string;
  readonly ofSandbox: boolean;
}

/** One line of a mount table. Names keep their bytes, since a mount point need not be UTF-8. */
export interface Mount {
  id: string;
  /** Id of the mount in which its mount point lies. */
  parent: string;
  /** `major:minor` of the file system itself: one for all its bind mounts and, on btrfs, subvolumes. */
  deviceNumber: string;
  /** The part of the file system that is mounted: `/`, a subvolume, a directory. */
  root: string;
  mountPoint: string;
  mountPointBytes: Buffer;
  fsType: string;
  source: string;
  readOnly: boolean;
  superOptions: string;
  /** Of the file system itself, whatever this one mount of it is: also after an error. */
  superblockReadOnly: boolean;
}

const ro = /(?:^|,)(?:ro|emergency_ro)(?:,|$)/;

/**
 *     36 35 98:0 /mnt1 /mnt/my\040disk rw,noatime master:1 - ext3 /dev/root rw,errors=continue
 *     id parent major:minor root mount-point options [tags…] - type source super-options
 *
 * Space, tab, line end and backslash are octal escapes in every name. Lines of another form are passed over.
 *
 * @param text the table as `read` gives it
 * @param ofSandbox it is that of the unit's sandbox, in which all is read-only: the file systems' own word counts
 */
export function parse(text: string, ofSandbox = false): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const [left, right] = line.split(' - ', 2);
    const [id, parent, deviceNumber, root, mountPoint, options] = left?.split(' ') ?? [];
    const [fsType, source, superOptions = ''] = right?.split(' ') ?? [];
    if (id === undefined || parent === undefined || deviceNumber === undefined) continue;
    if (root === undefined || mountPoint === undefined) continue;
    if (options === undefined || fsType === undefined || source === undefined) continue;
    const mountPointBytes = decode(mountPoint);
    mounts.push({
      id,
      parent,
      deviceNumber,
      root: decode(root).toString(),
      mountPoint: mountPointBytes.toString(),
      mountPointBytes,
      fsType,
      source: decode(source).toString(),
      readOnly: ro.test(ofSandbox ? superOptions : `${options},${superOptions}`),
      superOptions,
      superblockReadOnly: ro.test(superOptions),
    });
  }
  return mounts;
}

/**
 * Text of the host's mount table, a character a byte: that of PID 1, since the unit's sandbox gives the agent its own,
 * with mounts over mounts and everything read-only. Its own (`ofSandbox`) where PID 1's may not be read (hidepid).
 */
export function read(host: Host): MountTable {
  let text: string | null = null;
  try {
    text = host.read('proc/1/mountinfo', 'latin1');
  } catch {
    // Not allowed: the next best.
  }
  if (text) return { text, ofSandbox: false };
  text = host.read('proc/self/mountinfo', 'latin1');
  if (!text) throw new Error('Cannot read the mount table: /proc/1/mountinfo is not there');
  return { text, ofSandbox: true };
}

/** The bytes of a name with octal escapes, a character a byte. */
export function decode(field: string): Buffer {
  const bytes = field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8) & 0xff),
  );
  return Buffer.from(bytes, 'latin1');
}

/** A mounted file system with the space that it reports. */
export interface MeasuredMount {
  mount: Mount;
  /** False for what counts in a pool's use alone. */
  isShown: boolean;
  space: Space;
}
