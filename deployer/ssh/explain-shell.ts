import { ShellRefused, type TransportError, Unreachable } from './errors.ts';
import { said } from './said.ts';

/** pam_nologin and systemd-user-sessions, while a server starts or stops. */
const PASSING = /\b(boot(ing)? up|going down|shutting down|rebooting)\b/i;

/** Whether a refusal in these words ends by itself. */
export function endsByItself(words: string): boolean {
  return PASSING.test(words);
}

/**
 * The error for a login that worked and ran something else than our command: a shell that runs none (nologin, false,
 * a start-up file that calls another shell or exits), `command=` of a key, ForceCommand, an expired password.
 *
 * @param how `exit 1`, or that it had not begun after some seconds
 * @param words all that came in place of our command's output
 */
export function explainShell(
  host: string,
  user: string,
  how: string,
  words: string,
): TransportError {
  const text = `${host} accepted the login of ${user}, but did not run a command (${how}); ${said(words)}`;
  if (endsByItself(words)) return new Unreachable(host, `${text}. Run this again later`);
  return new ShellRefused(host, `${text}. ${advice(user, words)}`);
}

function advice(user: string, words: string): string {
  if (/password/i.test(words) && /expired|change/i.test(words)) {
    return `Log in as ${user} by hand once, and set a new password there`;
  }
  return `Look there at the shell of ${user} (getent passwd ${user}) and its start-up files, at command= in its authorized_keys, and at ForceCommand in sshd_config, or log in as another user (ansible_user)`;
}
