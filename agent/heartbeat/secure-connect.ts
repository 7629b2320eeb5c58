import { readFileSync } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';
import { connect, createSecureContext } from 'node:tls';
import type { Connect } from './post.ts';

/**
 * Connections over TLS. `caFile` has the certificates of a private authority; without it the authorities that come with
 * Node are trusted. Either way they are read once and not per beat, and a beat resumes the session of the last one,
 * which spares it the check of the same certificate. Throws an Error when `caFile` cannot be read.
 */
export function secureConnect(
  caFile: string | undefined,
  lookup: { readonly lookup?: LookupFunction },
): Connect {
  const secureContext = createSecureContext(
    caFile === undefined ? {} : { ca: readFileSync(caFile) },
  );
  let session: Buffer | undefined;
  return address => {
    const socket = connect({
      ...address,
      ...lookup,
      ...(isIP(address.host) ? {} : { servername: address.host }),
      ...(session && { session }),
      secureContext,
      ALPNProtocols: ['http/1.1'],
    });
    socket.on('session', ticket => {
      session = ticket;
    });
    // It may be the session that the hub did not like.
    socket.on('error', () => {
      session = undefined;
    });
    return socket;
  };
}
