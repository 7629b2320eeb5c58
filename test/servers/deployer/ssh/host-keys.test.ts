import assert from 'node:assert/strict';
import { chmod, copyFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { HostKeyRefused } from '../../../../deployer/ssh/errors.ts';
import { onEach, only, refusedBy } from '../../../support/ssh/on-each.ts';
import type { SshLab } from '../../../support/ssh/ssh-lab.ts';

const RSA = ['-t', 'rsa', '-b', '2048'];

onEach(
  'a server is believed by the RSA key that known_hosts holds although it also has an Ed25519 key',
  async ({ lab, visit }) => {
    await lab.key('host-rsa', RSA);
    await lab.key('host-ed');
    const sshd = await lab.sshd({
      hostKey: 'host-rsa',
      config: [`HostKey ${lab.path('host-ed')}`],
    });
    await visit({ port: sshd.port });
  },
);

onEach('a server that has an RSA key alone is believed', async ({ lab, visit }) => {
  const sshd = await lab.sshd({ keyArgs: RSA });
  await visit({ port: sshd.port });
});

onEach(
  'a key of another kind than the known one is refused with its fingerprint and what to do',
  async ({ lab, visit, kind }) => {
    await lab.key('host-rsa', RSA);
    const sshd = await lab.sshd({ trusted: false });
    await lab.trust(`[127.0.0.1]:${sshd.port} ${await lab.publicKey('host-rsa')}`);
    await assert.rejects(
      visit({ port: sshd.port }),
      refusedBy(
        HostKeyRefused,
        ...only(kind, /expected ssh-rsa SHA256:.*found ssh-ed25519 SHA256:/),
        /SHA256:.*ssh-keygen -R/,
      ),
    );
  },
);

onEach('hashed names in known_hosts are found', async ({ lab, visit }) => {
  const sshd = await lab.sshd();
  await execa('ssh-keygen', ['-H', '-f', lab.knownHosts]);
  assert.match(await readFile(lab.knownHosts, 'utf8'), /^\|1\|/);
  await visit({ port: sshd.port });
});

onEach('a key in the second of two known_hosts files is found', async ({ lab, visit }) => {
  const sshd = await lab.sshd();
  await writeFile(lab.path('more hosts'), await readFile(lab.knownHosts));
  await lab.forget();
  await lab.configure(`Host *\n  UserKnownHostsFile ${lab.knownHosts} "${lab.path('more hosts')}"`);
  await visit({ port: sshd.port });
});

onEach(
  'a key that is known without the port is believed, and another key there is unknown, not changed',
  async ({ lab, visit, kind }) => {
    const sshd = await lab.sshd({ hostKey: await named(lab, 'host'), trusted: false });
    await lab.trust(`127.0.0.1 ${await lab.publicKey('host')}`);
    await visit({ port: sshd.port });
    await lab.forget();
    await lab.trust(`127.0.0.1 ${await lab.publicKey('id')}`);
    await assert.rejects(
      visit({ port: sshd.port }),
      refusedBy(HostKeyRefused, ...only(kind, /is not known.*without the port/)),
    );
  },
);

onEach('a revoked key is refused even when it is also trusted', async ({ lab, visit }) => {
  const sshd = await lab.sshd({ hostKey: await named(lab, 'host') });
  await lab.trust(`@revoked * ${await lab.publicKey('host')}`);
  await assert.rejects(visit({ port: sshd.port }), refusedBy(HostKeyRefused, /revoked/));
});

for (const kind of ['a list of keys', 'a key revocation list']) {
  onEach(`a key that RevokedHostKeys names in ${kind} is refused`, async ({ lab, visit }) => {
    const sshd = await lab.sshd({ hostKey: await named(lab, 'host') });
    const file = lab.path('revoked');
    await lab.configure(`Host *\n  RevokedHostKeys ${file}`);
    const fill = (name: string) =>
      kind === 'a list of keys'
        ? copyFile(lab.path(`${name}.pub`), file)
        : execa('ssh-keygen', ['-q', '-k', '-f', file, lab.path(`${name}.pub`)]);
    await fill('id');
    await visit({ port: sshd.port });
    await fill('host');
    await assert.rejects(visit({ port: sshd.port }), refusedBy(HostKeyRefused, /revoked/i));
    await rm(file);
    await assert.rejects(visit({ port: sshd.port }), refusedBy(HostKeyRefused, /revoked/i));
  });
}

onEach('HostKeyAlias is looked up in place of the address', async ({ lab, visit }) => {
  const sshd = await lab.sshd({ hostKey: await named(lab, 'host'), trusted: false });
  await lab.trust(`the-nas ${await lab.publicKey('host')}`);
  await lab.configure('Host *\n  HostKeyAlias the-nas');
  await visit({ port: sshd.port });
});

onEach(
  'a host whose key a certificate authority signed is answered with --transport openssh',
  async ({ lab, visit }) => {
    const sshd = await lab.sshd({ trusted: false });
    await lab.trust(`@cert-authority * ${await lab.publicKey('id')}`);
    await assert.rejects(
      visit({ port: sshd.port }),
      refusedBy(HostKeyRefused, /--transport openssh/),
    );
  },
  { kinds: ['node-ssh'] },
);

onEach(
  'a host certificate is believed when its authority is known',
  async ({ lab, visit }) => {
    await lab.key('authority');
    await lab.key('host');
    const sign = ['-q', '-s', lab.path('authority'), '-h', '-I', 'nas', '-n', '127.0.0.1'];
    await execa('ssh-keygen', [...sign, lab.path('host.pub')]);
    const config = [`HostCertificate ${lab.path('host-cert.pub')}`];
    const sshd = await lab.sshd({ hostKey: 'host', config, trusted: false });
    await lab.trust(`@cert-authority * ${await lab.publicKey('authority')}`);
    await visit({ port: sshd.port });
  },
  { kinds: ['openssh'] },
);

onEach(
  'accept-new writes an unknown key down as OpenSSH would, and refuses a changed one',
  async ({ lab, visit }) => {
    const sshd = await lab.sshd({ trusted: false });
    await lab.configure('Host *\n  StrictHostKeyChecking accept-new');
    await visit({ port: sshd.port });
    const text = await readFile(lab.knownHosts, 'utf8');
    assert.match(text, new RegExp(`^\\[127.0.0.1\\]:${sshd.port} ssh-ed25519 \\S+\n$`));
    // The second visit finds it, and adds nothing.
    await visit({ port: sshd.port });
    assert.equal(await readFile(lab.knownHosts, 'utf8'), text);
    await lab.forget();
    await lab.trust(`[127.0.0.1]:${sshd.port} ${await lab.publicKey('id')}`);
    await assert.rejects(visit({ port: sshd.port }), refusedBy(HostKeyRefused, /ssh-keygen -R/));
  },
);

onEach(
  'accept-new with HashKnownHosts writes a hashed name that ssh-keygen finds',
  async ({ lab, visit, kind }) => {
    const sshd = await lab.sshd({ trusted: false });
    const file = lab.path('new_hosts');
    await lab.configure(
      `Host *\n  StrictHostKeyChecking accept-new\n  HashKnownHosts yes\n  UserKnownHostsFile ${file}`,
    );
    await visit({ port: sshd.port });
    assert.doesNotMatch(await readFile(file, 'utf8'), /127/);
    await execa('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', file]);
    if (kind === 'node-ssh') assert.equal((await stat(file)).mode & 0o777, 0o600);
  },
);

onEach(
  'a known_hosts file that cannot be read refuses the host',
  async ({ lab, visit }) => {
    const sshd = await lab.sshd();
    // For root no permission is too tight; a path through a file is unreadable for everybody.
    await lab.configure(
      `Host *\n  UserKnownHostsFile ${lab.path('id')}/known_hosts ${lab.knownHosts}`,
    );
    await chmod(lab.path('id'), 0o600);
    await assert.rejects(
      visit({ port: sshd.port }),
      refusedBy(HostKeyRefused, /Cannot read the known_hosts file/),
    );
  },
  { kinds: ['node-ssh'] },
);

async function named(lab: SshLab, name: string): Promise<string> {
  await lab.key(name);
  return name;
}

onEach(
  'a server with an RSA key below RequiredRSASize is refused',
  async ({ lab, kind, visit }) => {
    const { port } = await lab.sshd({ keyArgs: RSA });
    await lab.configure('Host *\n  RequiredRSASize 3072');
    await assert.rejects(
      visit({ port }),
      // ssh ends in the middle of the key exchange, and says no more than this.
      refusedBy(
        HostKeyRefused,
        kind === 'node-ssh' ? /RSA key of 2048 bits/ : /[Ii]nvalid key length/,
      ),
    );
  },
);
