import type { Host } from '../host/host.ts';

/**
 *     nas-1
 *
 * The kernel's node name, else the file that it is set from.
 * Throws an Error when neither has a name.
 */
export function read(host: Host): string {
  const name =
    host.attribute('proc/sys/kernel/hostname')?.trim() || host.attribute('etc/hostname')?.trim();
  if (!name || name === '(none)') throw new Error('Expected a host name, found none');
  return name.slice(0, 255);
}
