import { plain, quoted } from '../../../agent/contract/plain-text.ts';
import { codeOf, errorMessage } from '../../lib/errors.ts';
import {
  HostKeyRefused,
  LoginRefused,
  SetupRefused,
  type TransportError,
  Unreachable,
} from '../errors.ts';
import { describeProgress, loginAdvice } from '../explain-login.ts';
import { endsByItself } from '../explain-shell.ts';
import { describeHost } from '../host-keys/judge-host-key.ts';
import { said } from '../said.ts';
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
  /** What it sent for the user to read once a login had been tried: its reason, where PAM refuses. */
  readonly banner: string;
  /** What a ProxyCommand said on stderr, if one was used, and whether it could be run. */
  readonly proxy: { readonly words: string; readonly ran: boolean } | undefined;
}

/** Turns an error of ssh2 into one that says what to fix. */
export function explainHandshake(error: unknown, handshake: Handshake): TransportError {
  const { name, config, agreed, greeting, banner, proxy } = handshake;
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
    return new SetupRefused(name, text, cause);
  }
  if (agreed && isAboutLogin(error, handshake)) {
    return new LoginRefused(name, loginReason(handshake, words), cause);
  }
  if (!agreed && isOtherProtocol(handshake)) {
    const said = `${host} answered with ${quoted(greeting, 80)}`;
    if (endsSoon(greeting)) {
      const text = `${said}, as its sshd is too busy. Run this again later, or raise MaxStartups in its sshd_config`;
      return new Unreachable(name, text, cause);
    }
    const text = `${said}, which is not SSH: check ansible_port`;
    return new SetupRefused(name, text, cause);
  }
  if (!agreed && proxy !== undefined) {
    const text = `${host} cannot be reached by its ProxyCommand ${quoted(config.proxyCommand ?? '')} (${said(proxy.words)}): check it with "ssh ${config.alias}"`;
    return new (proxy.ran ? Unreachable : SetupRefused)(name, text, cause);
  }
  // PAM gives its reason as a banner, and then the connection ends.
  if (agreed && banner !== '') {
    const text = `${host} ended the login of ${config.user}; ${said(banner)}`;
    if (endsByItself(banner)) return new Unreachable(name, `${text}. Run this again later`, cause);
    const look = 'Look at /etc/nologin and at the account there';
    return new LoginRefused(name, `${text}. ${look}`, cause);
  }
  const when = agreed ? 'during the login' : 'before the keys were agreed on';
  const code = codeOf(error);
  const text = `${host} ended the connection ${when} (${plain(code ?? words)}): look at its sshd's log (journalctl -u ssh)`;
  return new Unreachable(name, text, cause);
}

/** A server that closes at once has no free slot (MaxStartups) or is starting: another try may succeed. */
export function isWorthAnotherTry(error: unknown, handshake: Handshake): boolean {
  const { agreed, greeting, proxy } = handshake;
  if (proxy !== undefined) return false;
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

/** sshd's own refusals before the handshake, which pass: MaxStartups, PerSourcePenalties. */
function endsSoon(greeting: string): boolean {
  return /^(Exceeded MaxStartups|Not allowed at this time)/.test(greeting);
}

function isOtherProtocol({ greeting }: Handshake): boolean {
  return greeting !== '' && !greeting.includes('SSH-');
}

function loginReason(handshake: Handshake, words: string): string {
  const { config, authenticator, notes, banner } = handshake;
  const { story, accepted, passed } = authenticator;
  const progress = { accepted: passed, wanted: accepted };
  const tried = story.length === 0 ? 'no key and no password at hand' : `tried ${story.join(', ')}`;
  const parts = [
    tried,
    describeProgress(progress) ||
      (accepted.length === 0 ? '' : `it accepts ${plain(accepted.join(', '))}`),
    accepted.some(method => method.startsWith('gssapi'))
      ? 'for Kerberos use --transport openssh'
      : '',
    words.startsWith('All configured') ? '' : said(words),
    banner === '' ? '' : said(banner),
    notes.length === 0 ? '' : `note: ${notes.join('; ')}`,
  ];
  const what = parts.filter(part => part !== '').join('; ');
  return `${describeHost(config)} refused the login of ${config.user}: ${what}. ${loginAdvice(config, progress)}`;
}
