import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { explainSudo, sudoCommand, sudoMarks } from '../../../../deployer/ssh/sudo.ts';
import { SudoStderr } from '../../../../deployer/ssh/sudo-stderr.ts';

const MARKS = sudoMarks('cafe');

test('sudoCommand() never lets sudo ask when there is no password', () => {
  const line = sudoCommand('id', { user: 'root' }, MARKS);
  assert.match(line, /^env LC_ALL=C sudo -n -H -u root -- \/bin\/sh -c /);
});

test('sudoCommand() has sudo read the password from stdin, and keeps it off the command line', () => {
  const become = { user: 'root', password: 'secret' } as const;
  const line = sudoCommand('id', become, MARKS);
  assert.match(line, / sudo -S -p sudo-password-cafe: -H /);
  assert.doesNotMatch(line, /secret/);
});

test('sudoCommand() runs the command after its mark, whatever quotes it holds', async () => {
  // env runs the stand-in for sudo: a shell that skips sudo's own options.
  const become = { user: 'root', exe: '/tmp/none' } as const;
  const line = sudoCommand(`printf '%s' "it's"`, become, MARKS);
  const inner = line.replace('/tmp/none -n -H -u root --', '');
  const { stdout, stderr } = await execa('sh', ['-c', inner]);
  assert.equal(stdout, "it's");
  assert.equal(stderr, 'sudo-granted-cafe');
});

test('SudoStderr holds back what sudo says and lets through what the command says', () => {
  const gate = new SudoStderr(MARKS);
  const early = gate.read(Buffer.from('sudo: unable to resolve host nas\nsudo-gran'));
  assert.deepEqual([early.own.length, early.granted, early.asked], [0, false, false]);
  const late = gate.read(Buffer.from('ted-cafe\nown \xff', 'latin1'));
  assert.equal(late.granted, true);
  assert.deepEqual(late.own, Buffer.from('own \xff', 'latin1'));
  assert.equal(gate.words, 'sudo: unable to resolve host nas\n');
  assert.equal(gate.read(Buffer.from('more')).own.toString(), 'more');
});

test('SudoStderr sees each question for the password once, even when it comes in pieces', () => {
  const gate = new SudoStderr(MARKS);
  assert.equal(gate.read(Buffer.from('sudo-password-')).asked, false);
  assert.equal(gate.read(Buffer.from('cafe:')).asked, true);
  assert.equal(gate.read(Buffer.from('Sorry, try again.\n')).asked, false);
  assert.equal(gate.read(Buffer.from('sudo-password-cafe:')).asked, true);
});

function explain(words: string, password?: string, connection?: 'local'): string {
  const become = { user: 'root', password } as const;
  return explainSudo({ name: 'nas-1', connection, become }, 'admin', words);
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
      /There is no sudo on nas-1: install it, or log in/,
    ],
    ['sudo: something new\n', false, /refused admin: sudo: something new\. Try/],
  ];
  for (const [words, hadPassword, pattern] of cases) {
    assert.match(explain(words, hadPassword ? 'secret' : undefined), pattern);
  }
});

test('explainSudo() never advises to log in to this machine', () => {
  for (const words of ['sudo: a password is required\n', "env: 'sudo': No such file\n"]) {
    const said = explain(words, undefined, 'local');
    assert.match(said, /, or run this as root$/);
    assert.doesNotMatch(said, /log in/);
  }
});
