import { decode } from '../mounts.ts';

/** One line of /etc/fstab. */
export interface Wanted {
  readonly mountPoint: string;
  readonly fsType: string;
  readonly readOnly: boolean;
}

/**
 *     UUID=7d3c1111-aaaa /srv/my\040disk ext4 defaults,nofail 0 2
 *     device mount-point type options dump pass
 *
 * Lines of another form are passed over; swap has no mount point.
 */
export function parse(text: string): Wanted[] {
  return text.split('\n').flatMap(line => {
    const [device, mountPoint, fsType, options = 'defaults'] = line.trim().split(/\s+/);
    if (device === undefined || device.startsWith('#') || fsType === undefined) return [];
    if (!mountPoint?.startsWith('/')) return [];
    // Of "ro" and "rw" the last counts.
    const access = options.split(',').findLast(option => option === 'ro' || option === 'rw');
    // As mount does it: a trailing slash is no part of the name.
    const place = decode(mountPoint)
      .toString()
      .replace(/(?<=.)\/+$/, '');
    return [{ mountPoint: place, fsType, readOnly: access === 'ro' }];
  });
}
