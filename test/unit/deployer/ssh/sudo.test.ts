import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { Secret, secretOf } from '../../../../deployer/inventory/secret.ts';
import { quote } from '../../../../deployer/lib/quote.ts';
import { marksOf, StartGate } from '../../../../deployer/ssh/start-gate.ts';
import { explainSudo, sudoCommand } from '../../../../deployer/ssh/sudo.ts';
import type { Become } from '../../../../deployer/ssh/transport.ts';

const MARKS = marksOf('cafe');
const lineFor = (command: string, become: Become): string =>
  quote(sudoCommand(command, become, MARKS));

test('sudoCommand() never lets sudo ask when there is no password', () => {
  const line = lineFor('id', { user: 'root' });
  assert.match(line, / env LC_ALL=C sudo -n -H -u root -- \/bin\/sh -c /);
});

test('sudoCommand() has sudo read the password from stdin, and keeps it off the command line', () => {
  const become = { user: 'root', password: new Secret('secret') } as const;
  const line = lineFor('id', become);
  assert.match(line, / sudo -S -p sudo-password-cafe-%p: -H /);
  assert.doesNotMatch(line, /secret/);
});

test('sudoCommand() runs the command after its mark, whatever quotes it holds', async () => {
  // env runs the stand-in for sudo: a shell that skips sudo's own options.
  const become = { user: 'root', exe: '/tmp/none' } as const;
  const line = lineFor(`printf '%s' "it's"`, become);
  const inner = line.replace('/tmp/none -n -H -u root --', '');
  const { stdout, stderr } = await execa('sh', ['-c', inner]);
  assert.equal(stdout, "it's");
  assert.equal(stderr, 'command-begun-cafe\nsudo-granted-cafe');
});

const begun = (viaSudo: boolean): StartGate => {
  const gate = new StartGate(MARKS, viaSudo);
  gate.read(Buffer.from('bash: warning: setlocale\ncommand-begun-cafe\n'));
  return gate;
};

test('StartGate drops what the login says and gives what the command says', () => {
  const gate = new StartGate(MARKS, false);
  assert.equal(gate.read(Buffer.from('bash: warning: setlocale\ncommand-beg')).own.length, 0);
  assert.deepEqual([gate.begun, gate.words], [false, 'bash: warning: setlocale\ncommand-beg']);
  assert.equal(gate.read(Buffer.from('un-cafe\nown')).own.toString(), 'own');
  assert.deepEqual([gate.begun, gate.started], [true, true]);
});

test('StartGate holds back what sudo says and lets through what the command says', () => {
  const gate = begun(true);
  const early = gate.read(Buffer.from('sudo: unable to resolve host nas\nsudo-gran'));
  assert.deepEqual([early.own.length, early.started, early.asked], [0, false, false]);
  assert.equal(gate.words, 'sudo: unable to resolve host nas\nsudo-gran');
  const late = gate.read(Buffer.from('ted-cafe\nown \xff', 'latin1'));
  assert.equal(late.started, true);
  assert.deepEqual(late.own, Buffer.from('own \xff', 'latin1'));
  assert.equal(gate.read(Buffer.from('more')).own.toString(), 'more');
});

test('StartGate sees each question for the password once, and whose it is, even when it comes in pieces', () => {
  const gate = begun(true);
  assert.equal(gate.read(Buffer.from('sudo-password-')).asked, false);
  assert.equal(gate.read(Buffer.from('cafe-ro')).asked, false);
  assert.equal(gate.read(Buffer.from('ot:')).asked, true);
  assert.equal(gate.passwordOf, 'root');
  assert.equal(gate.read(Buffer.from('Sorry, try again.\n')).asked, false);
  assert.equal(gate.read(Buffer.from('sudo-password-cafe-root:')).asked, true);
  assert.equal(gate.words, 'Sorry, try again.\n');
});

test('StartGate asks for nothing where the login only repeats the command line', () => {
  const gate = new StartGate(MARKS, true);
  assert.equal(gate.read(Buffer.from('Sorry: sudo -p sudo-password-cafe-%p:')).asked, false);
});

function explain(
  words: string,
  password?: string,
  { connection, passwordOf }: { connection?: 'local'; passwordOf?: string } = {},
): string {
  const become = { user: 'root', password: secretOf(password) } as const;
  return explainSudo({ name: 'nas-1', connection, become }, 'admin', { words, passwordOf });
}

test('explainSudo() says what to do for each way sudo refuses', () => {
  const cases: Array<[string, boolean, RegExp]> = [
    ['sudo: a password is required\n', false, /set ansible_become_password, ask for it with -K,/],
    ['Sorry, try again.\nsudo: 1 incorrect password attempt\n', true, /rejected the password/],
    ['admin is not in the sudoers file.\n', true, /NOPASSWD.*visudo/],
    [
      "Sorry, user admin is not allowed to execute '/bin/sh' as root on nas.\n",
      false,
      /does not allow/,
    ],
    ['sudo: sorry, you must have a tty to run sudo\n', false, /requiretty/],
    [
      "env: 'sudo': No such file or directory\n",
      false,
      /There is no sudo on nas-1; it said .*: install it, or log in/,
    ],
    ['sudo: something new\n', false, /refused admin; it said "sudo: something new"\. Try/],
  ];
  for (const [words, hadPassword, pattern] of cases) {
    assert.match(explain(words, hadPassword ? 'secret' : undefined), pattern);
  }
});

test('explainSudo() never advises to log in to this machine', () => {
  for (const words of ['sudo: a password is required\n', "env: 'sudo': No such file\n"]) {
    const said = explain(words, undefined, { connection: 'local' });
    assert.match(said, / or run this as root$/);
    assert.doesNotMatch(said, /log in/);
  }
});

test('explainSudo() names whose password sudo wants where it is not that of the login', () => {
  const said = explain('Sorry, try again.\n', 'secret', { passwordOf: 'root' });
  assert.match(said, /it asks for that of root, not of admin \(targetpw/);
});

test('explainSudo() quotes sudo without control characters', () => {
  assert.match(
    explain('sudo: \u001b]52;c;eA==\u0007 no\n'),
    /said "sudo: \\u001b\]52;c;eA==\\u0007 no"/,
  );
});
