import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SudoRefused } from '../../../../deployer/remote/transport/errors.ts';
import { NodeSshTransport } from '../../../../deployer/remote/transport/node-ssh-transport.ts';
import type { Connection } from '../../../../deployer/remote/transport/transport.ts';
import type { Sudo } from '../../../fleet/fleet-disk.ts';
import { needRoot } from '../../../support/need-root.ts';
import { startDebianSshd } from './debian-sshd.ts';
import { SshLab } from './ssh-lab.ts';

async function logIn(lab: SshLab, sudo: Sudo, password?: string): Promise<Connection> {
  const { port, user } = await startDebianSshd(lab, { sudo });
  return new NodeSshTransport(lab.deps()).connect(
    lab.target({ port, user, become: { user: 'root', method: 'sudo', password } }),
  );
}

test(
  'exec() runs as root through sudo without a password, with stdin and both outputs',
  needRoot(),
  async () => {
    await using lab = await SshLab.open();
    const connection = await logIn(lab, 'passwordless');
    const big = Buffer.alloc(5_000_000, 'a');
    const result = await connection.exec('id -un; wc -c; echo err >&2; exit 4', {
      sudo: true,
      stdin: big,
    });
    assert.deepEqual(result, { code: 4, stdout: 'root\n5000000\n', stderr: 'err\n' });
    assert.equal((await connection.exec('id -un')).stdout, 'admin\n');
    await connection.close();
  },
);

test('exec() gives sudo its password and the command its stdin', needRoot(), async () => {
  await using lab = await SshLab.open();
  const connection = await logIn(lab, 'password', 'fleet-password');
  const result = await connection.exec('id -un; cat', { sudo: true, stdin: 'input\n' });
  assert.deepEqual(result, { code: 0, stdout: 'root\ninput\n', stderr: '' });
  await connection.close();
});

test('exec() never sends a password that sudo does not ask for', needRoot(), async () => {
  await using lab = await SshLab.open();
  const connection = await logIn(lab, 'passwordless', 'fleet-password');
  const result = await connection.exec('cat', { sudo: true, stdin: 'input\n' });
  assert.deepEqual(result, { code: 0, stdout: 'input\n', stderr: '' });
  await connection.close();
});

test(
  'exec() throws SudoRefused with what to do for each way sudo refuses',
  needRoot(),
  async () => {
    const cases: Array<[Sudo, string | undefined, RegExp]> = [
      ['password', undefined, /wants a password for admin: set ansible_become_password/],
      ['password', 'wrong', /did not take the password for admin/],
      ['none', 'fleet-password', /does not allow admin to become root \(.*not in the sudoers/],
    ];
    for (const [sudo, password, pattern] of cases) {
      await using lab = await SshLab.open();
      const connection = await logIn(lab, sudo, password);
      await assert.rejects(connection.exec('touch /root/ran', { sudo: true }), error => {
        assert.ok(error instanceof SudoRefused, String(error));
        assert.match(error.message, pattern);
        assert.doesNotMatch(error.message, /fleet-password|wrong/);
        return true;
      });
      await connection.close();
    }
  },
);
