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
import { knownName } from '../host-keys/known-hosts.ts';
import { said } from '../said.ts';
import type { SshConfig } from '../ssh-config.ts';

const HOST_KEY =
  /host key verification failed|identification has changed|host key is known|requested strict checking|revoked/i;
const LOGIN =
  /permission denied \(|too many authentication failures|no more authentication methods/i;
/** What ssh itself prints at this log level. */
const OWN =
  /^(kex_exchange|Connection |Disconnected|Received disconnect|ssh: |client_loop|Authent)/;
/** What it prints of each connection that works. */
const USUAL = /^(Authenticated to |Transferred: |Bytes per second: )/;
const CLOSED = /^Connection (closed|reset) by/m;
/** ssh's own words about a host key are long. */
const LIMIT = 2000;
/** Before the login: also where a ProxyCommand gives no connection. */
const EARLY = /^kex_exchange_identification/m;

/**
 * Classifies ssh's error output:
 *
 *     ssh: Could not resolve hostname nas-9: Name or service not known
 *     ssh: connect to host 10.0.0.5 port 22: Connection refused
 *     No ED25519 host key is known for [10.0.0.5]:2222 and you have requested strict checking.
 *     Host key verification failed.
 *     Authenticated using "publickey" with partial success.
 *     admin@10.0.0.5: Permission denied (publickey,password).
 *     Unable to negotiate with 10.0.0.5 port 22: no matching key exchange method found. Their offer: …
 *     channel 0: open failed: administratively prohibited: open failed
 */
export function explainOpenssh(
  name: string,
  config: SshConfig,
  words: string,
  notes: readonly string[],
): TransportError {
  const host = describeHost(config);
  const lines = tidy(words);
  const answer = said(lines.join('\n'), LIMIT);
  if (HOST_KEY.test(words)) {
    const address = config.checkHostIp
      ? ' (with CheckHostIP, another key known for its address counts as well)'
      : '';
    const text = `The host key of ${host} was refused by ssh; ${answer}${address}. Compare the fingerprint on the server; for a new server run ssh ${config.alias} once, for a reinstalled one ssh-keygen -R '${knownName(config)}' before`;
    return new HostKeyRefused(name, text);
  }
  if (/^Bad server host key/m.test(words)) {
    const text = `The host key of ${host} was refused by ssh; ${answer}. Give the server a larger one, or one of another kind (RequiredRSASize)`;
    return new HostKeyRefused(name, text);
  }
  if (LOGIN.test(words)) {
    return new LoginRefused(name, loginReason(config, words, answer, notes));
  }
  const setup = setupReason(config, words);
  if (setup !== undefined) return new SetupRefused(name, `${host} ${setup}; ${answer}`);
  // PAM gives its reason as a banner, and then the connection ends.
  const reason = lines.filter(line => !OWN.test(line)).join(' ');
  if (CLOSED.test(words) && !EARLY.test(words) && reason !== '') {
    const text = `${host} ended the login of ${config.user}; ${answer}`;
    if (endsByItself(reason)) return new Unreachable(name, `${text}. Run this again later`);
    return new LoginRefused(name, `${text}. Look at /etc/nologin and at the account there`);
  }
  return new Unreachable(name, `${host} cannot be reached; ${answer}`);
}

/** ssh's error output without what it prints of a connection that works. */
export function withoutUsual(words: string): string {
  return tidy(words).join('\n');
}

function loginReason(
  config: SshConfig,
  words: string,
  answer: string,
  notes: readonly string[],
): string {
  const accepted = [...words.matchAll(/^Authenticated using "([^"]+)" with partial success/gm)];
  const denied = /Permission denied \(([^)]*)\)/.exec(words)?.[1] ?? '';
  const progress = {
    accepted: accepted.map(([, method = '']) => method),
    wanted: denied === '' ? [] : denied.split(','),
  };
  const steps = [describeProgress(progress), answer].filter(step => step !== '').join('; ');
  const also = notes.length === 0 ? '' : `; note: ${notes.join('; ')}`;
  return `${describeHost(config)} refused the login of ${config.user}: ${steps}${also}. ${loginAdvice(config, progress)}`;
}

/** Why no later try can succeed, if it is so. */
function setupReason(config: SshConfig, words: string): string | undefined {
  if (/^Unable to negotiate /m.test(words)) {
    return 'and ssh here know no common algorithm: allow one of those it offers in the OpenSSH configuration, or update the older of the two';
  }
  const isBehind = config.proxyJump !== undefined || config.proxyCommand !== undefined;
  if (/^channel \d+: open failed/m.test(words) && !isBehind) {
    return 'accepted the login, but runs no command: look at MaxSessions in its sshd_config';
  }
  if (/administratively prohibited/.test(words)) {
    return `is behind the jump host ${config.proxyJump ?? '(ProxyCommand)'}, which does not forward connections to it: look at AllowTcpForwarding and PermitOpen there`;
  }
  if (/Bad remote protocol version|protocol major versions differ|invalid characters/.test(words)) {
    return 'answered with something that is not SSH: check ansible_port';
  }
  if (config.proxyCommand !== undefined && /(not found|No such file or directory)$/m.test(words)) {
    return 'has a ProxyCommand that cannot be run here';
  }
  return undefined;
}

/** The lines of the message, without the frame of at signs that ssh draws around its warning. */
function tidy(words: string): string[] {
  const lines = words.split(/\r?\n/).map(line => line.replace(/^@+|@+$/g, '').trim());
  return lines.filter(line => line !== '' && !USUAL.test(line));
}
