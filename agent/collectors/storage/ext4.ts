import type { Host } from '../../host/host.ts';
import type { Mount } from '../mounts.ts';
import { type Finding, type Reading, together } from './finding.ts';

/**
 *     3
 *
 * Errors that the kernel found in a file system since it was last checked; the count stands in its superblock, so that
 * it outlives a restart and ends with e2fsck.
 */
export function judge(device: string, errorsCount: string, mountPoint: string | null): Finding[] {
  if (!(Number.parseInt(errorsCount, 10) > 0)) return [];
  const where = mountPoint === null ? device : `${mountPoint} (${device})`;
  const text = `ext4 ${where} has errors, which the kernel recorded: check it with e2fsck`;
  return [{ code: 'ext4-errors', severity: 'fault', subject: device, text, devices: [device] }];
}

export function read(host: Host, mounts: readonly Mount[]): Reading {
  return together(
    host.list('sys/fs/ext4').map(device => {
      // `features` stands there as well, and has no count.
      const count = host.attribute(`sys/fs/ext4/${device}/errors_count`);
      if (count === null) return { watched: [], findings: [] };
      const place = count === '0' ? null : mountPointOf(host, device, mounts);
      return { watched: [`ext4 ${device}`], findings: judge(device, count, place) };
    }),
  );
}

function mountPointOf(host: Host, device: string, mounts: readonly Mount[]): string | null {
  const number = host.attribute(`sys/class/block/${device}/dev`);
  const mount = mounts.find(each => each.deviceNumber === number);
  return mount?.mountPoint ?? null;
}
