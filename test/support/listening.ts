import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * Starts a server, on a free port unless one is named; it ends with the scope it is in, and its connections with it.
 */
export async function listening<S extends Server>(server: S, at = 0): Promise<S & AsyncDisposable> {
  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    // A client that resets the connection is no fault of the server.
    socket.on('error', () => {});
  });
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(server, {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  });
}

/** The port that a server got. */
export function port(server: Pick<Server, 'address'>): number {
  return (server.address() as AddressInfo).port;
}
