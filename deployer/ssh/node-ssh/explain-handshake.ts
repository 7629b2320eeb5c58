import { codeOf, errorMessage } from '../../lib/errors.ts';
import { HostKeyRefused, LoginRefused, type TransportError, Unreachable } from '../errors.ts';
import { describeHost } from '../host-keys/judge-host-key.ts';
import type { SshConfig } from '../ssh-config.ts';
import type { Authenticator } from './authenticator.ts';

/** What is known about a failed handshake. */
export interface Handshake {
  readonly name: string;
  readonly config: SshConfig;
  readonly authenticator: Authenticator;
  readonly notes: readonly string[];
  /** True once both sides had agreed on keys: what comes after is about the login. */
  readonly agreed: boolean;
  /** The first bytes that the server sent. */
  readonly greeting: string;
  /** What a ProxyCommand said on stderr, if one was used. */
  readonly proxyWords: string | undefined;
}

/** Turns an error of ssh2 into one that says what to fix. */
export function explainHandshake(error: unknown, handshake: Handshake): TransportError {
  const { name, config, agreed, greeting } = handshake;
  const host = describeHost(config);
  const words = errorMessage(error);
  const cause = { cause: error };
  const lacking = /no matching (.+)$/.exec(words)?.[1];
  if (lacking?.startsWith('host key') === true) {
    const text = `${host} has no host key of a kind that can be checked here: use --transport openssh`;
    return new HostKeyRefused(name, text, cause);
  }
  if (lacking !== undefined) {
    const text = `${host} and node-ssh know no common ${lacking}: use --transport openssh`;
    return new Unreachable(name, text, cause);
  }
  if (agreed && isAboutLogin(error, handshake)) {
    return new LoginRefused(name, loginReason(handshake, words), cause);
  }
  if (!agreed && greeting !== '' && !greeting.includes('SSH-')) {
    const text = `${host} answered with ${JSON.stringify(greeting.slice(0, 80))}, which is not SSH: check ansible_port, and the load on its sshd`;
    return new Unreachable(name, text, cause);
  }
  if (!agreed && handshake.proxyWords !== undefined) {
    const said =
      handshake.proxyWords === '' ? 'it said nothing' : `it said: ${handshake.proxyWords}`;
    const text = `${host} cannot be reached by its ProxyCommand ${JSON.stringify(config.proxyCommand)} (${said})`;
    return new Unreachable(name, text, cause);
  }
  const when = agreed ? 'during the login' : 'before the keys were agreed on';
  const code = codeOf(error);
  const text = `${host} ended the connection ${when} (${code ?? words}): look at its sshd's log (journalctl -u ssh)`;
  return new Unreachable(name, text, cause);
}

/** A server that closes at once has no free slot (MaxStartups) or is starting: another try may succeed. */
export function isWorthAnotherTry(error: unknown, handshake: Handshake): boolean {
  const { agreed, greeting, proxyWords } = handshake;
  if (proxyWords !== undefined) return false;
  if (agreed || (greeting !== '' && !greeting.startsWith('Exceeded MaxStartups'))) return false;
  return /before handshake|ECONNRESET|EPIPE|No response/.test(
    `${errorMessage(error)} ${codeOf(error)}`,
  );
}

/** ssh2 says so itself, or the server did in a disconnect message ("Too many authentication failures"). */
function isAboutLogin(error: unknown, { authenticator }: Handshake): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('level' in error && error.level === 'client-authentication') return true;
  const isDisconnect = 'code' in error && typeof error.code === 'number';
  return isDisconnect && authenticator.accepted.length > 0;
}

function loginReason(handshake: Handshake, words: string): string {
  const { config, authenticator, notes } = handshake;
  const { story, accepted } = authenticator;
  const tried = story.length === 0 ? 'no key and no password at hand' : `tried ${story.join(', ')}`;
  const accepts = accepted.length === 0 ? '' : `; it accepts ${accepted.join(', ')}`;
  const said = words.startsWith('All configured') ? '' : `; it said "${words}"`;
  const kerberos = accepted.some(method => method.startsWith('gssapi'))
    ? '; for Kerberos use --transport openssh'
    : '';
  const also = notes.length === 0 ? '' : `; note: ${notes.join('; ')}`;
  const next = `Check ansible_user and ansible_ssh_private_key_file, or put your key there: ssh-copy-id -p ${config.port} ${config.user}@${config.hostname}`;
  return `${describeHost(config)} refused the login of ${config.user}: ${tried}${accepts}${kerberos}${said}${also}. ${next}`;
}
