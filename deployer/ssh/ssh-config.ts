/**
 * The part of OpenSSH's configuration that concerns one server, as `ssh -G` prints it: one option a line, its name in
 * lower case, values unquoted, `identityfile` once per file.
 *
 *     user admin
 *     hostname 10.0.0.5
 *     port 22
 *     stricthostkeychecking ask
 *     identityfile ~/.ssh/id_ed25519
 *     userknownhostsfile /root/.ssh/known_hosts /root/.ssh/known_hosts2
 *     proxyjump user@[10.0.0.9]:2201,h2
 */
export interface SshConfig {
  /** The name that was asked for: what a person types after `ssh`. */
  readonly alias: string;
  /** What messages call the server: the inventory's name for it. */
  readonly label: string;
  readonly hostname: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyAlias: string | undefined;
  /** What to do with a host key that no file knows; a changed one is always refused. */
  readonly unknownHostKeys: 'refuse' | 'accept-new';
  /** CheckHostIP: the key must not be another than the one that is known for the address. */
  readonly checkHostIp: boolean;
  /** RequiredRSASize, in bits. */
  readonly requiredRsaSize: number;
  readonly hashKnownHosts: boolean;
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  readonly revokedHostKeys: string | undefined;
  readonly knownHostsCommand: string | undefined;
  readonly identityFiles: readonly string[];
  readonly certificateFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** Undefined: SSH_AUTH_SOCK decides; `none`: no agent. */
  readonly identityAgent: string | undefined;
  readonly preferredAuthentications: readonly string[];
  readonly pubkey: boolean;
  readonly password: boolean;
  readonly keyboardInteractive: boolean;
  readonly proxyJump: string | undefined;
  readonly proxyCommand: string | undefined;
  /** The ProxyCommand hands over an open socket instead of carrying the bytes. */
  readonly proxyUseFdpass: boolean;
  readonly addressFamily: 0 | 4 | 6;
  readonly bindAddress: string | undefined;
  readonly bindInterface: string | undefined;
  /** Algorithm lists as configured, the first wanted most. */
  readonly hostKeyAlgorithms: readonly string[];
  readonly kexAlgorithms: readonly string[];
  readonly ciphers: readonly string[];
  readonly macs: readonly string[];
}

/** Reads what `ssh -G ALIAS` printed. Tokens such as `~` and `%d` are left as they are. */
export function parseSshConfig(alias: string, text: string): SshConfig {
  const options = readOptions(text);
  const one = (name: string): string | undefined => {
    const value = options.get(name)?.[0];
    return value === undefined || value === 'none' ? undefined : value;
  };
  const many = (name: string): string[] =>
    (options.get(name) ?? []).filter(value => value !== 'none');
  const list = (name: string): string[] => one(name)?.split(',') ?? [];
  const on = (name: string): boolean => ['yes', 'true'].includes(one(name) ?? 'yes');
  return {
    alias,
    label: alias,
    hostname: one('hostname') ?? alias,
    port: Number(one('port') ?? 22),
    user: one('user') ?? '',
    hostKeyAlias: one('hostkeyalias'),
    unknownHostKeys: unknownHostKeys(one('stricthostkeychecking')),
    checkHostIp: one('checkhostip') === 'yes',
    requiredRsaSize: Number(one('requiredrsasize') ?? 0),
    hashKnownHosts: one('hashknownhosts') === 'yes',
    userKnownHostsFiles: splitPaths(one('userknownhostsfile')),
    globalKnownHostsFiles: splitPaths(one('globalknownhostsfile')),
    revokedHostKeys: one('revokedhostkeys'),
    knownHostsCommand: one('knownhostscommand'),
    identityFiles: many('identityfile'),
    certificateFiles: many('certificatefile'),
    identitiesOnly: one('identitiesonly') === 'yes',
    identityAgent: options.get('identityagent')?.[0],
    preferredAuthentications: list('preferredauthentications'),
    pubkey: one('pubkeyauthentication') !== 'no' && one('pubkeyauthentication') !== 'false',
    password: on('passwordauthentication'),
    keyboardInteractive: on('kbdinteractiveauthentication'),
    proxyJump: one('proxyjump'),
    proxyCommand: one('proxycommand'),
    proxyUseFdpass: one('proxyusefdpass') === 'yes',
    addressFamily: addressFamily(one('addressfamily')),
    bindAddress: one('bindaddress'),
    bindInterface: one('bindinterface'),
    hostKeyAlgorithms: list('hostkeyalgorithms'),
    kexAlgorithms: list('kexalgorithms'),
    ciphers: list('ciphers'),
    macs: list('macs'),
  };
}

function readOptions(text: string): Map<string, string[]> {
  const options = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space <= 0) continue;
    const name = line.slice(0, space).toLowerCase();
    const values = options.get(name) ?? [];
    values.push(line.slice(space + 1));
    options.set(name, values);
  }
  return options;
}

/**
 * `ssh -G` prints `yes` as `true` and `no` or `off` as `false`; `ask` counts as strict, as the deployer does not ask.
 */
function unknownHostKeys(value: string | undefined): SshConfig['unknownHostKeys'] {
  return ['accept-new', 'no', 'off', 'false'].includes(value ?? 'ask') ? 'accept-new' : 'refuse';
}

/**
 * Several paths on one line, unquoted: a new one begins at a blank before `/` or `~`, so that blanks within names stay.
 */
function splitPaths(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(/ +(?=[/~])/).filter(path => path !== 'none');
}

function addressFamily(value: string | undefined): 0 | 4 | 6 {
  if (value === 'inet') return 4;
  return value === 'inet6' ? 6 : 0;
}
