import { quote } from '../lib/quote.ts';
import type { Become, CommandTarget } from './transport.ts';

/** Two marks that nothing else prints: the command has begun; sudo asks for the password. */
export interface SudoMarks {
  readonly granted: string;
  readonly prompt: string;
}

/** The marks of one command; `nonce` is random, so that no output can be mistaken for them. */
export function sudoMarks(nonce: string): SudoMarks {
  return { granted: `sudo-granted-${nonce}`, prompt: `sudo-password-${nonce}:` };
}

/**
 * A shell line that runs `command` as another user and says on stderr when it begins: only then is a failure the
 * command's own. Without a password sudo must never ask (-n); with one it asks on stderr and reads stdin (-S),
 * and the password is sent when the question is seen, never before: under NOPASSWD it would reach the command.
 * LC_ALL=C, because sudo's words are read; no terminal, which would mix the streams.
 */
export function sudoCommand(command: string, become: Become, marks: SudoMarks): string {
  const asking = become.password === undefined ? ['-n'] : ['-S', '-p', marks.prompt];
  return quote([
    ...['env', 'LC_ALL=C', become.exe ?? 'sudo', ...asking, '-H', '-u', become.user, '--'],
    ...['/bin/sh', '-c', `echo ${marks.granted} >&2\n${command}`],
  ]);
}

/**
 * Why sudo refused, and what to do, from its messages:
 *
 *     sudo: a password is required
 *     Sorry, try again.
 *     sudo: 1 incorrect password attempt
 *     admin is not in the sudoers file.
 *     Sorry, user admin is not allowed to execute '/bin/sh' as root on nas-1.
 *     sudo: sorry, you must have a tty to run sudo
 *     env: 'sudo': No such file or directory
 */
export function explainSudo(target: CommandTarget, user: string, words: string): string {
  const host = target.name;
  const asRoot =
    target.connection === 'local' ? 'run this as root' : 'log in as root (ansible_user: root)';
  const said = words.trim().replaceAll(/\s*\n\s*/g, '; ');
  const allow = `allow it there with "${user} ALL=(root) NOPASSWD: ALL" by visudo, or ${asRoot}`;
  if (/incorrect password|try again|authentication failure/i.test(words)) {
    return `sudo on ${host} rejected the password for ${user}: fix ansible_become_password, or type it with -K`;
  }
  if (/(password|authentication) is required|no password was provided/i.test(words)) {
    const give =
      target.become.password !== undefined
        ? ''
        : ': set ansible_become_password, ask for it with -K,';
    return `sudo on ${host} wants a password for ${user}${give} or ${allow}`;
  }
  if (/not in the sudoers|not allowed to|may not run sudo/i.test(words)) {
    return `sudo on ${host} does not allow ${user} to become root (${said}): ${allow}`;
  }
  if (/must have a tty/i.test(words)) {
    return `sudo on ${host} wants a terminal: remove "Defaults requiretty" there by visudo`;
  }
  if (/no such file|not found/i.test(words)) {
    return `There is no sudo on ${host}: install it, or ${asRoot}`;
  }
  return `sudo on ${host} refused ${user}: ${said || 'it said nothing'}. Try "sudo -n true" there, or ${allow}`;
}
