import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret, secretOf } from '../../../../deployer/inventory/secret.ts';
import { readFacts } from '../../../../deployer/run/read-facts.ts';
import { LoginRefused, SetupRefused, SudoRefused } from '../../../../deployer/ssh/errors.ts';
import type { Connection } from '../../../../deployer/ssh/transport.ts';
import type { Sudo } from '../../../fleet/fleet-disk.ts';
import { type Bench, onEach, refusedBy } from '../../../support/ssh/on-each.ts';
import { startDebianSshd } from './debian-sshd.ts';

const ON_DEBIAN = { needs: ['servers'] } as const;

async function logIn({ lab, connect }: Bench, sudo: Sudo, password?: string): Promise<Connection> {
  const { port, user } = await startDebianSshd(lab, { sudo });
  return connect({ port, user, become: { user: 'root', password: secretOf(password) } });
}

onEach(
  'exec() runs as root through sudo without a password, with stdin and both outputs',
  async bench => {
    const connection = await logIn(bench, 'passwordless');
    const big = Buffer.alloc(5_000_000, 'a');
    const result = await connection.exec('id -un; wc -c; echo err >&2; exit 4', {
      sudo: true,
      stdin: big,
    });
    assert.deepEqual(result, { code: 4, stdout: 'root\n5000000\n', stderr: 'err\n' });
    assert.equal((await connection.exec('id -un')).stdout, 'admin\n');
  },
  ON_DEBIAN,
);

onEach(
  'exec() gives sudo its password and the command its stdin',
  async bench => {
    const connection = await logIn(bench, 'password', 'fleet-password');
    const result = await connection.exec('id -un; cat', { sudo: true, stdin: 'input\n' });
    assert.deepEqual(result, { code: 0, stdout: 'root\ninput\n', stderr: '' });
  },
  ON_DEBIAN,
);

onEach(
  'exec() never sends a password that sudo does not ask for',
  async bench => {
    const connection = await logIn(bench, 'passwordless', 'fleet-password');
    const result = await connection.exec('cat', { sudo: true, stdin: 'input\n' });
    assert.deepEqual(result, { code: 0, stdout: 'input\n', stderr: '' });
  },
  ON_DEBIAN,
);

const REFUSALS: Array<[string, Sudo, string | undefined, RegExp]> = [
  [
    'no password',
    'password',
    undefined,
    /wants a password for admin .*: set ansible_become_password/,
  ],
  ['a wrong password', 'password', 'wrong', /rejected the password for admin/],
  [
    'a user who may not',
    'none',
    'fleet-password',
    /does not allow admin to become root \(.*sudoers/,
  ],
];
for (const [what, sudo, password, pattern] of REFUSALS) {
  onEach(
    `exec() throws SudoRefused with what to do for ${what}`,
    async bench => {
      const connection = await logIn(bench, sudo, password);
      await assert.rejects(connection.exec('touch /root/ran', { sudo: true }), error => {
        assert.ok(error instanceof SudoRefused, String(error));
        assert.match(error.message, pattern);
        assert.doesNotMatch(error.message, /fleet-password|wrong/);
        return true;
      });
      assert.equal((await connection.exec('ls /root/ran')).code, 2);
    },
    ON_DEBIAN,
  );
}

/** Logs in to a Debian whose sudoers file has this line. */
async function withSudoers(
  { lab, connect }: Bench,
  line: string,
  become: { sudo: Sudo; password?: string },
): Promise<Connection> {
  const { port, user, root } = await startDebianSshd(lab, { sudo: become.sudo });
  await writeFile(join(root, 'etc/sudoers.d/zz-test'), `${line}\n`, { mode: 0o440 });
  return connect({ port, user, become: { user: 'root', password: secretOf(become.password) } });
}

for (const path of ['/nonexistent', '']) {
  onEach(
    `exec() finds its programs although sudo has secure_path="${path}"`,
    async bench => {
      const line = `Defaults secure_path="${path}"`;
      const connection = await withSudoers(bench, line, { sudo: 'passwordless' });
      assert.equal((await connection.exec('id -un', { sudo: true })).stdout, 'root\n');
    },
    ON_DEBIAN,
  );
}

onEach(
  'a sudo that lets the shell start nothing is reported by the probe',
  async bench => {
    const connection = await withSudoers(bench, 'Defaults noexec', { sudo: 'passwordless' });
    const { problems } = await readFacts(connection, { runtime: 'bundled' });
    assert.match(problems[0] ?? '', /found that none starts: remove NOEXEC from the sudoers/);
  },
  ON_DEBIAN,
);

for (const option of ['targetpw', 'rootpw']) {
  onEach(
    `exec() names the password that sudo wants with ${option}`,
    async bench => {
      const wrong = { sudo: 'password', password: 'fleet-password' } as const;
      const connection = await withSudoers(bench, `Defaults ${option}`, wrong);
      await assert.rejects(
        connection.exec('id', { sudo: true }),
        refusedBy(SudoRefused, /asks for that of root, not of admin \(targetpw/),
      );
    },
    ON_DEBIAN,
  );
}

onEach(
  'connect() logs in with a password alone, and refuses a wrong one',
  async ({ lab, connect }) => {
    const { port, user, password } = await startDebianSshd(lab, { sudo: 'passwordless' });
    const other = await lab.key('other');
    await lab.configure(`Host *\n  IdentityFile ${other}\n  IdentitiesOnly yes`);
    await lab.forgetKey();
    const connection = await connect({ port, user, password: new Secret(password) });
    assert.equal((await connection.exec('id -un')).stdout, 'admin\n');
    await assert.rejects(
      connect({ port, user, password: new Secret('wrong') }),
      refusedBy(LoginRefused, /admin/),
    );
  },
  ON_DEBIAN,
);

onEach(
  'connect() gives a server that asks for a key and then a password both',
  async ({ lab, connect }) => {
    const config = ['AuthenticationMethods publickey,password publickey,keyboard-interactive'];
    const { port, user, password } = await startDebianSshd(lab, { sudo: 'passwordless', config });
    const connection = await connect({ port, user, password: new Secret(password) });
    assert.equal((await connection.exec('id -un')).stdout, 'admin\n');
  },
  ON_DEBIAN,
);

onEach(
  'connect() tells what a login in several steps accepted, and what it still wants',
  async ({ lab, connect, kind }) => {
    const config = [
      'AuthenticationMethods publickey,password publickey,keyboard-interactive:pam',
      'KbdInteractiveAuthentication yes',
    ];
    const { port, user } = await startDebianSshd(lab, { sudo: 'passwordless', config });
    const accepted =
      kind === 'node-ssh' ? /it accepted key .*\/id and/ : /it accepted publickey and/;
    await assert.rejects(
      connect({ port, user }),
      refusedBy(
        LoginRefused,
        accepted,
        /still wants password or keyboard-interactive/,
        /Set ansible_password/,
      ),
    );
    await assert.rejects(connect({ port, user }), error => {
      assert.doesNotMatch(String(error), /ssh-copy-id/);
      return true;
    });
    await assert.rejects(
      connect({ port, user, password: new Secret('wrong') }),
      refusedBy(LoginRefused, accepted, /still wants password or keyboard-interactive/),
    );
  },
  ON_DEBIAN,
);

onEach(
  'connect() answers a server with post-quantum key exchange alone',
  async ({ lab, kind, visit }) => {
    const config = ['KexAlgorithms sntrup761x25519-sha512@openssh.com'];
    const { port } = await lab.sshd({ config });
    if (kind === 'openssh') {
      await visit({ port });
      await lab.configure('Host *\n  KexAlgorithms curve25519-sha256');
      const pattern = /know no common algorithm.*their offer: sntrup/i;
      await assert.rejects(visit({ port }), refusedBy(SetupRefused, pattern));
    } else {
      const pattern = /no common key exchange algorithm: use --transport openssh/;
      await assert.rejects(visit({ port }), refusedBy(SetupRefused, pattern));
    }
  },
);
