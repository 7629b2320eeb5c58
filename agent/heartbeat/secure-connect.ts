import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connect, createSecureContext } from 'node:tls';
import type { Connect } from './connect.ts';

/**
 * Connections over TLS. `caFile` has the certificates of a private authority; without it the authorities that come with
 * Node are trusted. Either way they are read once and not per beat.
 *
 * @throws {Error} when `caFile` cannot be read
 */
export function secureConnect(caFile: string | undefined): Connect {
  const secureContext = createSecureContext(
    caFile === undefined ? {} : { ca: readFileSync(caFile) },
  );
  return address => {
    const name = isIP(address.host) ? {} : { servername: address.host };
    return connect({ ...address, ...name, secureContext, ALPNProtocols: ['http/1.1'] });
  };
}
