import { sshArguments } from './ask-ssh.ts';
import type { SshConfig } from './ssh-config.ts';
import type { Target } from './transport.ts';

/** What every ssh of ours is told, against whatever the user's configuration says: the first of each option wins. */
const ALWAYS = [
  ...['ControlPersist=no', 'LogLevel=ERROR', 'RequestTTY=no', 'RemoteCommand=none'],
  ...['ClearAllForwardings=yes', 'ForwardAgent=no', 'ForwardX11=no', 'PermitLocalCommand=no'],
  ...['EscapeChar=none', 'VisualHostKey=no', 'ForkAfterAuthentication=no', 'StdinNull=no'],
  ...['SessionType=default', 'ServerAliveInterval=10', 'ServerAliveCountMax=3'],
];

/** The arguments of the one connection to a server, which carries all its commands and runs `command` itself. */
export function masterArguments(
  target: Target,
  config: SshConfig,
  socket: string,
  command: string,
  secrets: boolean,
): string[] {
  const seconds = Math.max(1, Math.ceil(target.connectTimeoutMs / 1000));
  // StrictHostKeyChecking=no would also let a changed key through, which is never wanted here.
  const takesNew =
    config.unknownHostKeys === 'accept-new' ? ['StrictHostKeyChecking=accept-new'] : [];
  const asking = secrets ? ['NumberOfPasswordPrompts=1'] : ['BatchMode=yes'];
  const own = [
    'ControlMaster=yes',
    `ControlPath=${percentFree(socket)}`,
    `ConnectTimeout=${seconds}`,
  ];
  return [
    ...flags([...own, ...asking, ...takesNew, ...ALWAYS]),
    ...sshArguments(target),
    ...['--', config.alias, command],
  ];
}

/**
 * The arguments that run a command over that connection. Were its socket gone, ssh would quietly log in anew, past the
 * checks and the limits: a ProxyCommand that fails stands in its way.
 */
export function commandArguments(config: SshConfig, socket: string, command: string): string[] {
  const own = ['ControlMaster=no', `ControlPath=${percentFree(socket)}`, 'ProxyCommand=false'];
  return [
    '-F',
    'none',
    ...flags([...own, 'BatchMode=yes', ...ALWAYS]),
    '--',
    config.alias,
    command,
  ];
}

function flags(options: readonly string[]): string[] {
  return options.flatMap(option => ['-o', option]);
}

/** ssh reads `%` in a path as the start of a token. */
function percentFree(path: string): string {
  return path.replaceAll('%', '%%');
}
