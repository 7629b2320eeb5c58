import { type AddressInfo, connect, createServer } from 'node:net';
import type { SshLab } from './ssh-lab.ts';

/** A listener in front of a server that resets the first `drops` connections and passes the others on. */
export async function startRelay(lab: SshLab, port: number, drops: number): Promise<number> {
  let left = drops;
  const server = createServer(socket => {
    socket.on('error', () => {});
    left -= 1;
    if (left >= 0) {
      socket.resetAndDestroy();
      return;
    }
    const onward = connect(port, '127.0.0.1').on('error', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  lab.defer(async () => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
