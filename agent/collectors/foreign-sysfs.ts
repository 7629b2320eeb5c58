import type { Host } from '../host/host.ts';

/**
 * Hardware addresses of this host's interfaces, as the kernel gives them for our own network, when /sys/class/net shows
 * another's; else null. It does so in a container whose /sys was mounted outside its network (systemd-nspawn with a
 * network made elsewhere): there `eth0` in /sys is the machine's, of the same name and with the wrong address.
 */
export function read(host: Host): ReadonlyMap<string, string> | null {
  const own = host.hardwareAddresses();
  for (const [name, address] of own) {
    // A second address of an interface has a name of its own (eth0:1), and a tunnel has no hardware address.
    if (name.includes(':') || address === '00:00:00:00:00:00') continue;
    if (host.attribute(`sys/class/net/${name}/address`) !== address) return own;
  }
  return null;
}
