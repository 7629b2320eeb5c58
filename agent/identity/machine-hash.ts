import { createHash } from 'node:crypto';
import type { Host } from '../host/host.ts';

/**
 * SHA-256 of /etc/machine-id in hex (the id itself is not to leave the host, see machine-id(5)); undefined where there
 * is none yet: missing, empty or `uninitialized`.
 */
export function machineHash(host: Host): string | undefined {
  const id = host.attribute('etc/machine-id') ?? '';
  if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
  return createHash('sha256').update(`homelab-agent machine ${id}`).digest('hex');
}
