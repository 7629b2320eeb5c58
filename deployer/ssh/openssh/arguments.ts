import { quote } from '../../lib/quote.ts';
import { sshArguments } from '../ask-ssh.ts';
import type { Hop } from '../node-ssh/jump-chain.ts';
import type { SshConfig } from '../ssh-config.ts';
import type { Target } from '../transport.ts';

/** A server and the way to it. */
export interface Route {
  readonly target: Target;
  readonly config: SshConfig;
  /** The jump hosts, the nearest to the server first. */
  readonly hops: readonly Hop[];
}

/** Which questions the program that ssh asks can answer. */
export interface Secrets {
  readonly passphrases: boolean;
  /** The server's password; never offered to a jump host. */
  readonly password: boolean;
}

/** Options of every ssh process. They come before the user's configuration, and ssh uses the first of each. */
const ALWAYS = [
  ...['ControlPersist=no', 'RequestTTY=no', 'RemoteCommand=none'],
  ...['ClearAllForwardings=yes', 'ForwardAgent=no', 'ForwardX11=no', 'PermitLocalCommand=no'],
  ...['EscapeChar=none', 'VisualHostKey=no', 'ForkAfterAuthentication=no', 'StdinNull=no'],
  ...['SessionType=default', 'ServerAliveInterval=10', 'ServerAliveCountMax=3'],
];

/** The arguments of the one connection to a server, which carries all its commands and runs `command` itself. */
export function masterArguments(
  route: Route,
  socket: string,
  command: string,
  secrets: Secrets,
): string[] {
  const { target, config, hops } = route;
  const own = ['ControlMaster=yes', `ControlPath=${literal(socket)}`];
  const way = hops.length === 0 ? [] : [`ProxyCommand=${jumpCommand(target, hops, secrets)}`];
  return [
    ...flags([...own, ...way, ...login(target, config, secrets), ...ALWAYS]),
    ...sshArguments(target),
    ...['--', config.alias, command],
  ];
}

/**
 * The arguments that run a command over that connection. If its socket were gone, ssh would log in again without a
 * word, past the checks and the limits: a ProxyCommand that fails prevents that.
 */
export function commandArguments(config: SshConfig, socket: string, command: string): string[] {
  const own = ['ControlMaster=no', `ControlPath=${literal(socket)}`, 'ProxyCommand=false'];
  const options = flags([...own, 'BatchMode=yes', 'LogLevel=ERROR', ...ALWAYS]);
  return ['-F', 'none', ...options, '--', config.alias, command];
}

/**
 * The ProxyCommand that ssh makes of a ProxyJump, with our options on every hop, which ssh does not pass on: it would
 * ask on the terminal, try empty passwords, or leave a connection in the background.
 */
function jumpCommand(target: Target, hops: readonly Hop[], secrets: Secrets): string {
  const [hop, ...further] = hops;
  if (hop === undefined) return '';
  const way = further.length === 0 ? [] : [`ProxyCommand=${jumpCommand(target, further, secrets)}`];
  const quiet = { ...secrets, password: false };
  const own = ['ControlMaster=no', 'ControlPath=none', ...way];
  const options = flags([...own, ...login(target, hop.config, quiet), ...ALWAYS]);
  const words = ['ssh', ...options, ...hop.args, '-W', FORWARD, '--', hop.alias];
  return quote(words.map(word => (word === FORWARD ? word : literal(word))));
}

/** What ssh fills in: the server, as it stands in the configuration. */
const FORWARD = '[%h]:%p';

/** With its log level, at which ssh shows a server's reasons (banners) and the accepted steps of a login. */
function login(target: Target, config: SshConfig, secrets: Secrets): string[] {
  const seconds = Math.max(1, Math.ceil(target.connectTimeoutMs / 1000));
  const asks = secrets.passphrases || secrets.password;
  return [
    'LogLevel=VERBOSE',
    `ConnectTimeout=${seconds}`,
    asks ? 'NumberOfPasswordPrompts=1' : 'BatchMode=yes',
    ...(secrets.password ? [] : ['PasswordAuthentication=no', 'KbdInteractiveAuthentication=no']),
    // StrictHostKeyChecking=no would also accept a changed key.
    ...(config.unknownHostKeys === 'accept-new' ? ['StrictHostKeyChecking=accept-new'] : []),
  ];
}

function flags(options: readonly string[]): string[] {
  return options.flatMap(option => ['-o', option]);
}

/** ssh reads `%` in paths and commands as the start of a token. */
function literal(text: string): string {
  return text.replaceAll('%', '%%');
}
