import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connect, createSecureContext } from 'node:tls';
import type { Address, Connect } from './address.ts';

/**
 * Connections over TLS. `caFile` has the certificates of a private authority; without it the authorities that come with
 * Node are trusted. Its context is made once and not per beat: reading certificates is work.
 *
 * @throws {Error} when `caFile` cannot be read
 */
export function secureConnect(caFile: string | undefined): Connect {
  const trust =
    caFile === undefined
      ? {}
      : { secureContext: createSecureContext({ ca: readFileSync(caFile) }) };
  return (address: Address) => {
    const name = isIP(address.host) ? {} : { servername: address.host };
    return connect({ ...address, ...name, ...trust, ALPNProtocols: ['http/1.1'] });
  };
}
