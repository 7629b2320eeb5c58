import { execa } from 'execa';
import type { Fleet } from '../fleet/fleet.ts';

/** An HTTP server that runs until it is killed. */
export interface Served {
  readonly url: string;
  kill(): void;
}

const PORT = 8090;
const CONNECT = `import socket, sys, time
for _ in range(100):
    try: sys.exit(socket.create_connection((sys.argv[1], int(sys.argv[2]))).close())
    except OSError: time.sleep(0.1)
sys.exit(1)`;

/** Serves a directory by HTTP where the controller and the hosts of a fleet reach it. */
export async function serve(fleet: Fleet, directory: string): Promise<Served> {
  const address = new URL(fleet.hubUrl).hostname;
  const script = `exec python3 -m http.server --bind ${address} -d "$0" ${PORT}`;
  const [file = '', ...args] = fleet.argv(['sh', '-c', script, directory]);
  const server = execa(file, args, { stdio: 'ignore', reject: false });
  await fleet.run(['python3', '-c', CONNECT, address, String(PORT)]);
  return { url: `http://${address}:${PORT}`, kill: () => server.kill() };
}
