import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { TransportDeps } from './deps.ts';
import type { SshConfig } from './ssh-config.ts';

/** The command of a ProxyCommand with its tokens filled in. */
export function fillProxyCommand(command: string, config: SshConfig): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    h: config.hostname,
    n: config.alias,
    p: String(config.port),
    r: config.user,
  };
  return command.replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole);
}

/** Runs a ProxyCommand and gives its two ends as one stream, which ends the process when it is destroyed. */
export function startProxyCommand(command: string, config: SshConfig, deps: TransportDeps): Duplex {
  const child = spawn('/bin/sh', ['-c', `exec ${fillProxyCommand(command, config)}`], {
    env: { ...deps.env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  // A command that is not there ends the stream; what it was is told by the handshake's error.
  child.on('error', error => stream.destroy(error));
  stream.on('error', () => {});
  stream.on('close', () => child.kill());
  return stream;
}
