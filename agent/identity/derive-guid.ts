import { createHash } from 'node:crypto';
import type { Host } from '../host/host.ts';

/**
 * A GUID derived from the server_id, in the form of a version 4 UUID, the only one that the hub accepts: a reinstalled
 * server is then the same server to the hub.
 */
export function deriveGuid(serverId: string): string {
  const bytes = createHash('sha256').update(`homelab-agent server_guid ${serverId}`).digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}

/**
 * SHA-256 of /etc/machine-id in hex (the id itself is not to leave the host, see machine-id(5)); undefined if there
 * is none yet: missing, empty or `uninitialized`.
 */
export function machineHash(host: Host): string | undefined {
  const id = host.attribute('etc/machine-id') ?? '';
  if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
  return createHash('sha256').update(`homelab-agent machine ${id}`).digest('hex');
}
