import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROXY_MAIN = fileURLToPath(new URL('../support/cutting-proxy-main.ts', import.meta.url));

export interface FleetProxy {
  host: string;
  port: number;
  stop(): void;
}

/**
 * Starts a proxy before a host's sshd, inside the controller's namespace, that cuts connections at a chosen byte, or
 * delays them.
 */
export async function startFleetProxy(options: {
  namespace: string;
  address: string;
  port: number;
  to: string;
  cutAfter?: number;
  times?: number;
  delayMs?: number;
}): Promise<FleetProxy> {
  const { address, port, cutAfter, times } = options;
  const flags = [
    ...['--listen', `${address}:${port}`, '--to', `${options.to}:22`],
    ...(cutAfter === undefined ? [] : ['--cut-after', String(cutAfter)]),
    ...(times === undefined ? [] : ['--times', String(times)]),
    ...['--delay', String(options.delayMs ?? 0)],
  ];
  const argv = ['netns', 'exec', options.namespace, process.execPath, PROXY_MAIN, ...flags];
  const child = spawn('ip', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (!Buffer.isBuffer(first)) throw new Error(`The proxy before ${options.to} did not start`);
  return { host: address, port, stop: () => child.kill('SIGKILL') };
}
