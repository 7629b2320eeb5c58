import type { SshConfig } from './ssh-config.ts';

/** How far a login got: the steps that the server accepted, and the methods of which it still wants one. */
export interface LoginProgress {
  readonly accepted: readonly string[];
  readonly wanted: readonly string[];
}

/** `accepted key /home/anna/.ssh/id and still wants password or keyboard-interactive`; empty before the first step. */
export function describeProgress({ accepted, wanted }: LoginProgress): string {
  if (accepted.length === 0) return '';
  return `it accepted ${accepted.join(', ')} and still wants ${wanted.join(' or ') || 'more'}`;
}

/** What to do about a login that was refused. */
export function loginAdvice(config: SshConfig, { accepted, wanted }: LoginProgress): string {
  const { user, port, hostname } = config;
  if (accepted.length === 0) {
    return `Check ansible_user and ansible_ssh_private_key_file, or put your key there: ssh-copy-id -p ${port} ${user}@${hostname}`;
  }
  if (wanted.some(method => method === 'password' || method === 'keyboard-interactive')) {
    return `Set ansible_password if that is the password of ${user}; a one-time code cannot be given here: let ${user} log in with a key alone there (AuthenticationMethods in sshd_config)`;
  }
  return `Configure what is still wanted, for a second key an IdentityFile, or let ${user} log in with one key there (AuthenticationMethods in sshd_config)`;
}
