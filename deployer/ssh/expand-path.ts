import { hostname } from 'node:os';
import type { SshConfig } from './ssh-config.ts';
import type { TransportDeps } from './transport.ts';

/** Expands `~`, `${NAME}` and the tokens of ssh_config(5) in a path as `ssh -G` prints it. */
export function expandPath(path: string, config: SshConfig, deps: TransportDeps): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: deps.home,
    h: config.hostname,
    k: config.hostKeyAlias ?? config.alias,
    l: hostname(),
    L: hostname().split('.')[0] ?? '',
    n: config.alias,
    p: String(config.port),
    r: config.user,
    u: deps.localUser,
  };
  return path
    .replace(/^~(?=\/|$)/, () => deps.home)
    .replace(/\$\{(\w+)\}/g, (whole, name: string) => deps.env[name] ?? whole)
    .replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole);
}
