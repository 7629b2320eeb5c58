import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { SshConfig } from '../ssh-config.ts';
import type { TransportDeps } from '../transport.ts';

/** The command of a ProxyCommand with its tokens filled in. */
function fillProxyCommand(command: string, config: SshConfig): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    h: config.hostname,
    n: config.alias,
    p: String(config.port),
    r: config.user,
  };
  return command.replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole);
}

/** A stream to a server, and what the command that made it said on stderr. */
export interface Dialled {
  readonly socket: Duplex;
  readonly proxyWords?: (() => string) | undefined;
}

const WORDS_LIMIT = 2000;

/** Runs a ProxyCommand and gives its two ends as one stream, which ends the process when it is destroyed. */
export function startProxyCommand(
  command: string,
  config: SshConfig,
  deps: TransportDeps,
): Dialled {
  const child = spawn('/bin/sh', ['-c', `exec ${fillProxyCommand(command, config)}`], {
    env: { ...deps.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A session of its own, so that Ctrl-C on the terminal does not end it.
    detached: true,
  });
  const socket = Duplex.from({ readable: child.stdout, writable: child.stdin });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-WORDS_LIMIT);
  });
  child.on('error', error => socket.destroy(error));
  socket.on('error', () => {});
  socket.on('close', () => child.kill());
  return { socket, proxyWords: () => words.trim() };
}
