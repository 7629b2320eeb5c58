import type { Host } from '../host/host.ts';

/**
 * Whether a package asked for a restart of the machine: the one file that Debian and Ubuntu keep for it. Comparing
 * the names of kernels is unreliable. Null where nothing would write that file, and in a container, which has no kernel.
 */
export function read(host: Host, inContainer: boolean): boolean | null {
  if (inContainer || !host.exists('var/lib/dpkg/status')) return null;
  return host.exists('run/reboot-required') || host.exists('var/run/reboot-required');
}
