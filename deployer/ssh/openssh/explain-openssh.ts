import { HostKeyRefused, LoginRefused, type TransportError, Unreachable } from '../errors.ts';
import { describeHost } from '../host-keys/judge-host-key.ts';
import { knownName } from '../host-keys/known-hosts.ts';
import type { SshConfig } from '../ssh-config.ts';

const HOST_KEY =
  /host key verification failed|identification has changed|host key is known|revoked/i;
const LOGIN = /permission denied|too many authentication failures|no more authentication methods/i;
const PASSPHRASE = /passphrase|encrypted/i;

/**
 * Classifies ssh's error output:
 *
 *     ssh: Could not resolve hostname nas-9: Name or service not known
 *     ssh: connect to host 10.0.0.5 port 22: Connection refused
 *     No ED25519 host key is known for [10.0.0.5]:2222 and you have requested strict checking.
 *     Host key verification failed.
 *     admin@10.0.0.5: Permission denied (publickey,password).
 */
export function explainOpenssh(
  name: string,
  config: SshConfig,
  words: string,
  notes: readonly string[],
): TransportError {
  const host = describeHost(config);
  const said = tidy(words);
  if (HOST_KEY.test(words)) {
    const text = `The host key of ${host} was refused by ssh: ${said}. Compare the fingerprint on the server; for a new server run ssh ${config.alias} once, for a reinstalled one ssh-keygen -R '${knownName(config)}' before`;
    return new HostKeyRefused(name, text);
  }
  if (LOGIN.test(words)) {
    const also = notes.length === 0 || PASSPHRASE.test(said) ? '' : `; note: ${notes.join('; ')}`;
    const text = `${host} refused the login of ${config.user}: ${said}${also}. Check ansible_user and ansible_ssh_private_key_file, or put your key there: ssh-copy-id -p ${config.port} ${config.user}@${config.hostname}`;
    return new LoginRefused(name, text);
  }
  return new Unreachable(
    name,
    `${host} cannot be reached: ${said || 'ssh ended without a message'}`,
  );
}

/** The message on one line, without the frame of at signs that ssh draws around its warning. */
function tidy(words: string): string {
  const lines = words.split(/\r?\n/).map(line => line.replace(/^@+|@+$/g, '').trim());
  return lines
    .filter(line => line !== '')
    .join(' ')
    .replace(/\.$/, '');
}
