import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SshConfig } from '../ssh-config.ts';
import type { TransportDeps } from '../transport.ts';
import type { Handshake } from './explain-handshake.ts';

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

/** A stream to a server, and how the command that made it goes. */
export interface Dialled {
  readonly socket: Duplex;
  readonly proxy?: (() => Promise<Handshake['proxy']>) | undefined;
}

/** Between the end of its output and that of the command itself. */
const EXIT_MS = 500;

/** The shell's exit codes for a command that cannot be run, and for one that is not there. */
const NOT_RUN = [126, 127];

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
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const proxy = async (): Promise<Handshake['proxy']> => {
    await Promise.race([exited, sleep(EXIT_MS, undefined, { ref: false })]);
    return { words, ran: !NOT_RUN.includes(child.exitCode ?? 0) };
  };
  return { socket, proxy };
}
