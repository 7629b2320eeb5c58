import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmod, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { execa } from 'execa';
import { LoginRefused } from '../../../../deployer/ssh/errors.ts';
import { onEach, refusedBy } from '../../../support/ssh/on-each.ts';
import type { SshLab } from '../../../support/ssh/ssh-lab.ts';

/** An ssh-agent that holds these keys. */
async function agent(lab: SshLab, keys: readonly string[], options: readonly string[] = []) {
  const socket = lab.path('agent.sock');
  const process = execa('ssh-agent', ['-D', '-a', socket], { reject: false });
  lab.defer(async () => {
    process.kill();
    await process;
  });
  const env = { SSH_AUTH_SOCK: socket };
  while ((await execa('ssh-add', ['-l'], { env, reject: false })).exitCode === 2);
  for (const key of keys) await execa('ssh-add', [...options, '-q', lab.path(key)], { env });
  return { ...lab.deps().env, SSH_AUTH_SOCK: socket };
}

onEach('a key that only the agent holds logs in', async ({ lab, visit }) => {
  const sshd = await lab.sshd();
  const env = await agent(lab, ['id']);
  await rm(lab.path('id'));
  await lab.configure('Host *\n  IdentityAgent SSH_AUTH_SOCK');
  await visit({ port: sshd.port }, { env });
});

onEach(
  'IdentitiesOnly keeps the keys of the agent that are not named to itself',
  async ({ lab, visit }) => {
    const sshd = await lab.sshd({ config: ['MaxAuthTries 2'] });
    const others = ['k1', 'k2', 'k3', 'k4'];
    for (const name of others) await lab.key(name);
    const env = await agent(lab, [...others, 'id']);
    await rm(lab.path('id'));
    await lab.configure('Host *\n  IdentityAgent SSH_AUTH_SOCK\n  IdentitiesOnly yes');
    await visit({ port: sshd.port }, { env });
  },
);

onEach(
  'a named key file is offered before the other keys of the agent',
  async ({ lab, visit }) => {
    const sshd = await lab.sshd({ config: ['MaxAuthTries 2'] });
    const others = ['k1', 'k2', 'k3', 'k4'];
    for (const name of others) await lab.key(name);
    const env = await agent(lab, others);
    await lab.configure('Host *\n  IdentityAgent SSH_AUTH_SOCK');
    await visit({ port: sshd.port }, { env });
  },
  { kinds: ['node-ssh'] },
);

onEach('too many wrong keys are told as a refused login', async ({ lab, visit, kind }) => {
  const sshd = await lab.sshd({ config: ['MaxAuthTries 2'] });
  const others = ['k1', 'k2', 'k3', 'k4'];
  for (const name of others) await lab.key(name);
  const env = await agent(lab, others);
  await rm(lab.path('id'));
  await lab.configure('Host *\n  IdentityAgent SSH_AUTH_SOCK');
  await assert.rejects(visit({ port: sshd.port }, { env }), error => {
    assert.ok(error instanceof LoginRefused, String(error));
    assert.match(error.message, /Too many authentication failures/);
    if (kind === 'node-ssh') assert.match(error.message, /agent key ssh-ed25519 SHA256:\S+ \(k1\)/);
    return true;
  });
});

onEach('an agent that will not sign is passed over for the next key', async ({ lab, visit }) => {
  const sshd = await lab.sshd();
  await lab.key('guarded');
  await writeFile(
    lab.authorizedKeys,
    `${await lab.publicKey('guarded')}\n${await lab.publicKey('id')}\n`,
  );
  // -c wants a confirmation, for which there is no program here: the agent refuses to sign.
  const env = await agent(lab, ['guarded'], ['-c']);
  await lab.configure(
    `Host *\n  IdentityAgent SSH_AUTH_SOCK\n  IdentityFile ${lab.path('guarded.pub')}`,
  );
  await visit({ port: sshd.port }, { env });
});

onEach(
  'an encrypted key asks for its passphrase once for all servers',
  async ({ lab, transport }) => {
    const sshd = await lab.sshd();
    await encrypt(lab);
    const questions: string[] = [];
    const answers = ['wrong', 'secret'];
    const ask = async (question: string): Promise<string> => {
      questions.push(question);
      return answers.shift() ?? '';
    };
    const connecting = transport({ ask });
    const target = lab.target({ port: sshd.port });
    const both = await Promise.all([connecting.connect(target), connecting.connect(target)]);
    await Promise.all(both.map(connection => connection.close()));
    const question = `Passphrase for the key ${lab.path('id')}: `;
    assert.deepEqual(questions, [question, question]);
  },
);

onEach(
  'an encrypted key opens a jump host and the server behind it with one question',
  async ({ lab, connect }) => {
    const [server, jump] = [await lab.sshd(), await lab.sshd()];
    await encrypt(lab);
    await lab.configure(
      `Host 127.0.0.1\n  ProxyJump gate\nHost gate\n  HostName localhost\n  AddressFamily inet\n  HostKeyAlias gate\n  Port ${jump.port}`,
    );
    await lab.trust(`gate ${await lab.publicKey(`host-${jump.port}`)}`);
    let questions = 0;
    const ask = async (): Promise<string> => {
      questions += 1;
      return 'secret';
    };
    const connection = await connect({ port: server.port }, { ask });
    assert.equal((await connection.exec('echo in')).stdout, 'in\n');
    assert.equal(questions, 1);
  },
);

onEach('a key that other users may read is not used, and the message says so', async bench => {
  const { lab, visit } = bench;
  const { port } = await lab.sshd();
  await chmod(lab.path('id'), 0o644);
  await assert.rejects(
    visit({ port }),
    refusedBy(LoginRefused, /\/id is open to other users \(mode 644\) and not used: chmod 600/),
  );
});

onEach('an encrypted key without a terminal says to use the agent', async ({ lab, visit }) => {
  const sshd = await lab.sshd();
  await encrypt(lab);
  await assert.rejects(visit({ port: sshd.port }), error => {
    assert.ok(error instanceof LoginRefused);
    assert.match(error.message, /there is no terminal to ask on: run ssh-add .*\/id first/);
    return true;
  });
});

for (const args of [
  ['-t', 'rsa', '-b', '2048'],
  ['-t', 'rsa', '-b', '2048', '-m', 'PEM'],
  ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8'],
  ['-t', 'ecdsa', '-b', '256'],
  ['-t', 'ecdsa', '-b', '521', '-m', 'PKCS8'],
]) {
  onEach(`a key made by ssh-keygen ${args.join(' ')} logs in`, async ({ lab, visit }) => {
    const sshd = await lab.sshd();
    await lab.key('id', args);
    await copyFile(lab.path('id.pub'), lab.authorizedKeys);
    await visit({ port: sshd.port });
  });
}

onEach(
  'a certificate beside the key logs in by OpenSSH, and node-ssh says so',
  async ({ lab, kind, visit }) => {
    await lab.key('authority');
    const config = [`TrustedUserCAKeys ${lab.path('authority.pub')}`];
    const sshd = await lab.sshd({ config });
    await writeFile(lab.authorizedKeys, '');
    const sign = ['-q', '-s', lab.path('authority'), '-I', 'me', '-n', userInfo().username];
    await execa('ssh-keygen', [...sign, lab.path('id.pub')]);
    if (kind === 'openssh') await visit({ port: sshd.port });
    else {
      const pattern = /id-cert.pub is a certificate, .*--transport openssh/;
      await assert.rejects(visit({ port: sshd.port }), refusedBy(LoginRefused, pattern));
    }
  },
);

onEach(
  'FIDO keys, certificates and missing keys are named when no other key is accepted',
  async ({ lab, visit }) => {
    const sshd = await lab.sshd();
    await lab.key('stranger');
    // The head of a FIDO key's public half; nothing of it is ever used.
    const type = 'sk-ssh-ed25519@openssh.com';
    const blob = Buffer.concat([
      Buffer.from([0, 0, 0, type.length]),
      Buffer.from(type),
      Buffer.alloc(40),
    ]);
    await writeFile(lab.path('c-cert.pub'), 'unread');
    await writeFile(lab.path('fido.pub'), `${type} ${blob.toString('base64')} fido\n`);
    await rm(lab.path('id'));
    await rm(lab.path('id.pub'));
    await lab.configure(
      `Host *\n  IdentityFile ${lab.path('stranger')}\n  IdentityFile ${lab.path('fido')}\n  CertificateFile ${lab.path('c-cert.pub')}`,
    );
    await assert.rejects(visit({ port: sshd.port }), error => {
      assert.ok(error instanceof LoginRefused);
      assert.match(error.message, /fido is a FIDO key, .*--transport openssh/);
      assert.match(error.message, /c-cert.pub is a certificate, .*--transport openssh/);
      assert.match(error.message, /the key .*\/id does not exist/);
      return true;
    });
  },
);

onEach('a passphrase stands in the environment of no program', async ({ lab, connect }) => {
  const sshd = await lab.sshd();
  const passphrase = randomUUID();
  await encrypt(lab, passphrase);
  let seen = 0;
  const holds = async (pid: string): Promise<boolean> =>
    (await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')).includes(passphrase);
  const connection = await connect({ port: sshd.port }, { ask: async () => passphrase });
  for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    seen += 1;
    assert.equal(await holds(pid), false, `process ${pid}`);
  }
  assert.ok(seen > 1);
  assert.equal((await connection.exec('echo in')).stdout, 'in\n');
});

async function encrypt(lab: SshLab, passphrase = 'secret'): Promise<void> {
  await execa('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', lab.path('id')]);
}
