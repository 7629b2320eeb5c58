import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { execa } from 'execa';
import { HostKeyRefused } from '../../../../deployer/remote/transport/errors.ts';
import { NodeSshTransport } from '../../../../deployer/remote/transport/node-ssh-transport.ts';
import type { Target } from '../../../../deployer/remote/transport/transport.ts';
import { SshLab } from './ssh-lab.ts';

const RSA = ['-t', 'rsa', '-b', '2048'];

/** Logs in, runs one command, and gives its output. */
async function visit(lab: SshLab, target: Partial<Target>): Promise<string> {
  const connection = await new NodeSshTransport(lab.deps()).connect(lab.target(target));
  const { stdout } = await connection.exec('echo in');
  await connection.close();
  return stdout;
}

function refuses(pattern: RegExp): (error: unknown) => boolean {
  return error => {
    assert.ok(error instanceof HostKeyRefused, String(error));
    assert.match(error.message, pattern);
    return true;
  };
}

test('a server is believed by the RSA key that known_hosts holds although it also has an Ed25519 key', async () => {
  await using lab = await SshLab.open();
  await lab.key('host-rsa', RSA);
  await lab.key('host-ed');
  const sshd = await lab.sshd({
    hostKey: 'host-rsa',
    config: [`HostKey ${lab.path('host-ed')}`],
  });
  assert.equal(await visit(lab, { port: sshd.port }), 'in\n');
});

test('a server that has an RSA key alone is believed', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd({ keyArgs: RSA });
  assert.equal(await visit(lab, { port: sshd.port }), 'in\n');
});

test('a key of another kind than the known one is refused with both fingerprints', async () => {
  await using lab = await SshLab.open();
  await lab.key('host-rsa', RSA);
  const sshd = await lab.sshd({ trusted: false });
  await lab.trust(`[127.0.0.1]:${sshd.port} ${await lab.publicKey('host-rsa')}`);
  await assert.rejects(
    visit(lab, { port: sshd.port }),
    refuses(/wanted ssh-rsa SHA256:.*found ssh-ed25519 SHA256:/),
  );
});

test('hashed names in known_hosts are found', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd();
  await execa('ssh-keygen', ['-H', '-f', lab.knownHosts]);
  assert.match(await readFile(lab.knownHosts, 'utf8'), /^\|1\|/);
  assert.equal(await visit(lab, { port: sshd.port }), 'in\n');
});

test('a key in the second of two known_hosts files is found', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd();
  await writeFile(lab.path('more hosts'), await readFile(lab.knownHosts));
  await lab.forget();
  await lab.configure(`Host *\n  UserKnownHostsFile ${lab.knownHosts} "${lab.path('more hosts')}"`);
  assert.equal(await visit(lab, { port: sshd.port }), 'in\n');
});

test('a key that is known without the port is believed, and another key there is unknown, not changed', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd({ hostKey: await named(lab, 'host'), trusted: false });
  await lab.trust(`127.0.0.1 ${await lab.publicKey('host')}`);
  assert.equal(await visit(lab, { port: sshd.port }), 'in\n');
  await lab.forget();
  await lab.trust(`127.0.0.1 ${await lab.publicKey('id')}`);
  await assert.rejects(visit(lab, { port: sshd.port }), refuses(/is not known.*without the port/));
});

test('a revoked key is refused even when it is also trusted', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd({ hostKey: await named(lab, 'host') });
  await lab.trust(`@revoked * ${await lab.publicKey('host')}`);
  await assert.rejects(visit(lab, { port: sshd.port }), refuses(/known_hosts:2 marks as revoked/));
});

test('HostKeyAlias is looked up in place of the address', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd({ hostKey: await named(lab, 'host'), trusted: false });
  await lab.trust(`the-nas ${await lab.publicKey('host')}`);
  await lab.configure('Host *\n  HostKeyAlias the-nas');
  assert.equal(await visit(lab, { port: sshd.port }), 'in\n');
});

test('a host that a certificate authority vouches for is answered with --transport openssh', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd({ trusted: false });
  await lab.trust(`@cert-authority * ${await lab.publicKey('id')}`);
  await assert.rejects(visit(lab, { port: sshd.port }), refuses(/--transport openssh/));
});

test('accept-new writes an unknown key down as OpenSSH would, and refuses a changed one', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd({ trusted: false });
  await lab.configure('Host *\n  StrictHostKeyChecking accept-new');
  await writeFile(lab.knownHosts, '# no newline at the end');
  assert.equal(await visit(lab, { port: sshd.port }), 'in\n');
  const text = await readFile(lab.knownHosts, 'utf8');
  assert.match(
    text,
    new RegExp(`^# no newline at the end\n\\[127.0.0.1\\]:${sshd.port} ssh-ed25519 \\S+\n$`),
  );
  // The second visit finds it, and adds nothing.
  assert.equal(await visit(lab, { port: sshd.port }), 'in\n');
  assert.equal(await readFile(lab.knownHosts, 'utf8'), text);
  await lab.forget();
  await lab.trust(`[127.0.0.1]:${sshd.port} ${await lab.publicKey('id')}`);
  await assert.rejects(visit(lab, { port: sshd.port }), refuses(/is not the one in known_hosts/));
});

test('accept-new with HashKnownHosts writes a name that ssh-keygen finds and nobody reads', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd({ trusted: false });
  const file = lab.path('new/known_hosts');
  await lab.configure(
    `Host *\n  StrictHostKeyChecking accept-new\n  HashKnownHosts yes\n  UserKnownHostsFile ${file}`,
  );
  assert.equal(await visit(lab, { port: sshd.port }), 'in\n');
  assert.doesNotMatch(await readFile(file, 'utf8'), /127/);
  await execa('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', file]);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test('a known_hosts file that cannot be read refuses the host', async () => {
  await using lab = await SshLab.open();
  const sshd = await lab.sshd();
  // For root no permission is too tight; a path through a file is unreadable for everybody.
  await lab.configure(
    `Host *\n  UserKnownHostsFile ${lab.path('id')}/known_hosts ${lab.knownHosts}`,
  );
  await chmod(lab.path('id'), 0o600);
  await assert.rejects(
    visit(lab, { port: sshd.port }),
    refuses(/Cannot read the known_hosts file/),
  );
});

async function named(lab: SshLab, name: string): Promise<string> {
  await lab.key(name);
  return name;
}
