import { said } from './said.ts';
import type { Marks, StartGate } from './start-gate.ts';
import type { Become, CommandTarget } from './transport.ts';

/** Added to the path, as sudo's secure_path may be empty, and a login's may lack what root needs. */
const PATH = `PATH="\${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; export PATH`;

/** The arguments that run `command` by a shell, and say on stderr when it begins. */
export function shellCommand(command: string, { begun }: Marks): string[] {
  return ['/bin/sh', '-c', `echo ${begun} >&2\n${PATH}\n${command}`];
}

/**
 * The arguments that run `command` as another user and say on stderr when it begins: only then is a failure the
 * command's own. Without a password sudo must never ask (-n); with one it asks on stderr and reads stdin (-S),
 * and the password is sent when the question is seen, never before: under NOPASSWD it would reach the command.
 * LC_ALL=C, because sudo's words are read; no terminal, which would mix the streams. `%p`: whose password is wanted.
 */
export function sudoCommand(
  command: string,
  become: Become,
  { begun, granted, prompt }: Marks,
): string[] {
  const asking = become.password === undefined ? ['-n'] : ['-S', '-p', `${prompt}%p:`];
  return [
    ...['/bin/sh', '-c', `echo ${begun} >&2\n${PATH}\nexec "$@"`, 'sh'],
    ...['env', 'LC_ALL=C', become.exe ?? 'sudo', ...asking, '-H', '-u', become.user, '--'],
    ...['/bin/sh', '-c', `echo ${granted} >&2\n${PATH}\n${command}`],
  ];
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
export function explainSudo(
  target: CommandTarget,
  user: string,
  { words, passwordOf }: Pick<StartGate, 'words' | 'passwordOf'>,
): string {
  const host = target.name;
  const asRoot =
    target.connection === 'local' ? 'run this as root' : 'log in as root (ansible_user: root)';
  const answer = said(words);
  const allow = `allow it there with "${user} ALL=(root) NOPASSWD: ALL" by visudo, or ${asRoot}`;
  if (/incorrect password|try again|authentication failure/i.test(words)) {
    if (passwordOf !== undefined && passwordOf !== user) {
      return `sudo on ${host} rejected the password; it asks for that of ${passwordOf}, not of ${user} (targetpw, rootpw or runaspw in sudoers): set ansible_become_password to the password of ${passwordOf}, or ${allow}`;
    }
    return `sudo on ${host} rejected the password for ${user}; ${answer}: fix ansible_become_password, or type it with -K`;
  }
  if (/(password|authentication) is required|no password was provided/i.test(words)) {
    const give =
      target.become.password !== undefined
        ? ''
        : ': set ansible_become_password, ask for it with -K,';
    return `sudo on ${host} wants a password for ${user} (${answer})${give} or ${allow}`;
  }
  if (/not in the sudoers|not allowed to|may not run sudo/i.test(words)) {
    return `sudo on ${host} does not allow ${user} to become root (${answer}): ${allow}`;
  }
  if (/must have a tty/i.test(words)) {
    return `sudo on ${host} wants a terminal (${answer}): remove "Defaults requiretty" there by visudo`;
  }
  if (/env: .*(no such file|not found)/i.test(words)) {
    return `There is no sudo on ${host}; ${answer}: install it, or ${asRoot}`;
  }
  return `sudo on ${host} refused ${user}; ${answer}. Try "sudo -n true" there, or ${allow}`;
}
