import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LoginRefused, ShellRefused, Unreachable } from '../../../../deployer/ssh/errors.ts';
import { type Bench, onEach, refusedBy } from '../../../support/ssh/on-each.ts';
import { startDebianSshd } from './debian-sshd.ts';

const ON_DEBIAN = { needs: ['servers'] } as const;

/** Logs in and runs a command through sudo, as the probe does. */
async function probe({ connect }: Bench, port: number, user?: string): Promise<unknown> {
  const connection = await connect({
    port,
    connectTimeoutMs: 5000,
    ...(user === undefined ? {} : { user, become: { user: 'root' } }),
  });
  return connection.exec('echo ran', { sudo: true });
}

const FORCED: [string, string, RegExp][] = [
  ['prints something else and succeeds', 'echo only backups here', /it said "only backups here"/],
  ['says why on standard error', 'echo no way >&2; exit 7', /\(exit 7\); it said "no way"/],
  ['says nothing', 'exit 0', /\(exit 0\); it said nothing/],
  ['ends as ssh does for its own failures', 'echo gone; exit 255', /it said "gone/],
  ['ends so without a word', 'exit 255', /\(exit 255\); it said nothing/],
  ['waits for its input', 'cat', /did not run a command/],
  ['is a server for files', 'internal-sftp', /did not run a command/],
];
for (const [what, command, pattern] of FORCED) {
  onEach(`a forced command that ${what} is reported as such, in its own words`, async bench => {
    const { port } = await bench.lab.sshd({ config: [`ForceCommand ${command}`] });
    await assert.rejects(probe(bench, port), refusedBy(ShellRefused, /ForceCommand/, pattern));
  });
}

onEach('what a server says reaches no message with its control characters', async bench => {
  const command = String.raw`printf '\033]52;c;eA==\007\r\302\233 no\342\200\256'`;
  const { port } = await bench.lab.sshd({ config: [`ForceCommand ${command}`] });
  await assert.rejects(probe(bench, port), error => {
    assert.ok(error instanceof ShellRefused);
    assert.match(error.message, /\\u001b\]52;c;eA==\\u0007.*\\u009b no\\u202e/);
    assert.doesNotMatch(error.message, /[\p{Cc}\p{Cf}]/u);
    return true;
  });
});

/** A Debian whose user `admin` was changed by commands of root. */
async function changed({ lab }: Bench, ...commands: string[]) {
  // Elsewhere in the lab start-up files are not read.
  const config = ['SetEnv HOME=/home/admin'];
  const debian = await startDebianSshd(lab, { sudo: 'passwordless', config });
  for (const command of commands) await execa('chroot', [debian.root, 'sh', '-c', command]);
  return debian;
}

const ACCOUNTS: [string, string, RegExp][] = [
  ['has no shell', 'usermod -s /usr/sbin/nologin admin', /said "This account is currently not av/],
  ['has a shell that ends at once', 'usermod -s /bin/false admin', /\(exit 1\); it said nothing/],
  ['ends in its start-up file', 'echo "echo bye; exit 0" >/home/admin/.bashrc', /said "bye"/],
  [
    'goes on to another shell',
    'echo "exec sh" >/home/admin/.bashrc',
    /\(exit 0\); it said nothing/,
  ],
];
for (const [what, command, pattern] of ACCOUNTS) {
  onEach(
    `an account that ${what} is not blamed on sudo`,
    async bench => {
      const { port, user } = await changed(bench, command);
      await assert.rejects(
        probe(bench, port, user),
        refusedBy(ShellRefused, /accepted the login of admin/, /getent passwd admin/, pattern),
      );
    },
    { ...ON_DEBIAN, kinds: what.startsWith('goes on') ? ['node-ssh'] : ['node-ssh', 'openssh'] },
  );
}

onEach(
  'a password that has expired is reported, with what to do',
  async bench => {
    const { port, user } = await changed(bench, 'chage -d 0 admin');
    await assert.rejects(
      probe(bench, port, user),
      refusedBy(ShellRefused, /expired/, /set a new password there/),
    );
  },
  ON_DEBIAN,
);

onEach(
  'an account that has expired is reported in the words of the server',
  async bench => {
    const { port, user } = await changed(bench, 'chage -E 1 admin');
    await assert.rejects(probe(bench, port, user), refusedBy(LoginRefused, /account has expired/));
  },
  ON_DEBIAN,
);

onEach(
  'a server that is starting is unreachable, one closed to users refuses, both in its own words',
  async bench => {
    const { port, user, root } = await changed(bench);
    const nologin = join(root, 'etc/nologin');
    await writeFile(nologin, 'System is booting up. Unprivileged users are not permitted yet.\n');
    await assert.rejects(
      probe(bench, port, user),
      refusedBy(Unreachable, /said "System is booting up/, /again later/),
    );
    await writeFile(nologin, 'Closed for repairs until Monday\n');
    await assert.rejects(
      probe(bench, port, user),
      refusedBy(LoginRefused, /said "Closed for repairs/, /\/etc\/nologin/),
    );
  },
  ON_DEBIAN,
);

onEach(
  'what a login prints is no part of the output of a command',
  async bench => {
    const { port, user, root } = await changed(bench);
    await appendFile(join(root, 'home/admin/.bashrc'), '\necho warning >&2\n');
    const { connect } = bench;
    const connection = await connect({ port, user, become: { user: 'root' } });
    const result = await connection.exec('id -un; echo own >&2', { sudo: true });
    assert.deepEqual(result, { code: 0, stdout: 'root\n', stderr: 'own\n' });
  },
  ON_DEBIAN,
);
