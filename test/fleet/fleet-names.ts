/** Names and addresses that follow from a fleet's number: several fleets stand on one machine. */

/** 198.18.0.0/15 is the benchmarking range: 512 networks of 254 addresses, used by no real host. */
export const FLEET_LIMIT = 512;
export const REGISTRY = '/run/homelab-fleet';
const FIRST_HOST = 10;
export const HOST_LIMIT = 240;

export function registryDir(fleet: number): string {
  return `${REGISTRY}/${fleet}`;
}

/** Short enough that a veth named after it stays within the kernel's 15 characters. */
export function fleetName(fleet: number): string {
  return `hf${fleet}`;
}

export function controllerNamespace(fleet: number): string {
  return `${fleetName(fleet)}-ctl`;
}

export function hostNamespace(fleet: number, host: string): string {
  return `${fleetName(fleet)}-${host}`;
}

export function controllerAddress(fleet: number): string {
  return address(fleet, 1);
}

/** Not the address from which ssh comes: a host that is hidden from the controller still reaches the hub. */
export function hubAddress(fleet: number): string {
  return address(fleet, 2);
}

export function hostAddress(fleet: number, index: number): string {
  return address(fleet, FIRST_HOST + index);
}

/** Locally administered, and the same at each boot of the host. */
export function hostMac(fleet: number, index: number): string {
  const bytes = [0x02, 0x68, 0x6c, fleet >> 8, fleet & 255, FIRST_HOST + index];
  return bytes.map(byte => byte.toString(16).padStart(2, '0')).join(':');
}

function address(fleet: number, last: number): string {
  return `198.${18 + (fleet >> 8)}.${fleet & 255}.${last}`;
}
