import { connect, type Socket } from 'node:net';
import { codeOf, errorMessage } from '../../lib/errors.ts';
import { Unreachable } from '../errors.ts';
import { describeHost } from '../host-keys/judge-host-key.ts';
import type { SshConfig } from '../ssh-config.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'has a name that cannot be resolved: check ansible_host, or the name server',
  EAI_AGAIN: 'has a name that cannot be resolved now: check the name server',
  ECONNREFUSED: 'refused the connection: check that sshd runs there, and ansible_port',
  EHOSTUNREACH: 'cannot be reached (no route to host): check that it is switched on',
  ENETUNREACH: 'cannot be reached (network is unreachable): check the network of this machine',
  ETIMEDOUT: 'gave no answer: check that it is switched on, and that no firewall blocks the port',
};

/** Bytes that are read from a socket at a time: a packet of ssh2's, or hundreds of a server's acknowledgements. */
const READ = 1 << 15;

/** Opens a TCP connection to a server. Throws Unreachable, or the signal's reason. */
export async function dialTcp(
  name: string,
  config: SshConfig,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  const socket: Socket = connect({
    host: config.hostname,
    port: config.port,
    family: config.addressFamily,
    noDelay: true,
    keepAlive: true,
    // One buffer a connection. Node would allocate 64 kB for each read, and keep of it what a packet of 50 bytes needs:
    // a hundred servers that acknowledge what they are sent then cost tens of MB in holes.
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ),
      callback: (count, buffer) => socket.push(Buffer.from(buffer.subarray(0, count))),
    },
    ...(config.bindAddress === undefined ? {} : { localAddress: config.bindAddress }),
  });
  // Lives as long as the socket: a reset between two owners must not be an unhandled error.
  socket.on('error', () => {});
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
    socket.once('error', error => {
      signal.removeEventListener('abort', onAbort);
      reject(new Unreachable(name, dialReason(config, error), { cause: error }));
    });
  });
}

/** Why no connection came about. */
export function dialReason(config: SshConfig, error: unknown): string {
  const reason = REASONS[codeOf(error) ?? ''];
  return `${describeHost(config)} ${reason ?? `cannot be reached (${codeOf(error) ?? errorMessage(error)}): check the network of this machine`}`;
}
