import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthContext, KeyboardAuthContext } from 'ssh2';
import { Secret } from '../../../../deployer/inventory/secret.ts';
import { HostKeyRefused, LoginRefused, Unreachable } from '../../../../deployer/ssh/errors.ts';
import { NodeSshTransport } from '../../../../deployer/ssh/node-ssh/node-ssh-transport.ts';
import { need } from '../../../support/need.ts';
import { scripted } from '../../../support/ssh/scripted.ts';
import { SshLab } from '../../../support/ssh/ssh-lab.ts';

test(
  'connect() throws Unreachable that names the stage when a server accepts and says nothing',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect } = await scripted(lab, { onSocket: () => true }, { connectTimeoutMs: 300 });
    await assert.rejects(connect(), error => {
      assert.ok(error instanceof Unreachable);
      assert.match(error.message, /within 0.3 s \(waiting for the SSH handshake\)/);
      return true;
    });
  },
);

test('connect() shows what a server says that does not speak SSH', need('ssh-keygen'), async () => {
  await using lab = await SshLab.open();
  const { connect } = await scripted(lab, {
    onSocket: socket => {
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      return true;
    },
  });
  await assert.rejects(connect(), /answered with "HTTP\/1.1 400 Bad Request/);
});

test(
  'connect() tries again when a busy server drops the connection before it says anything',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    let dropped = 0;
    const { connect } = await scripted(lab, {
      onSocket: socket => {
        dropped += 1;
        if (dropped <= 1) socket.resetAndDestroy();
        return dropped <= 1;
      },
    });
    const connection = await connect();
    assert.equal((await connection.exec('true')).stdout, 'ok\n');
    await connection.close();
  },
);

test(
  'connect() throws Unreachable in words when nothing listens and when the name is unknown',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const transport = new NodeSshTransport(lab.deps());
    await assert.rejects(transport.connect(lab.target({ port: 1 })), error => {
      assert.ok(error instanceof Unreachable);
      assert.match(error.message, /127\.0\.0\.1 port 1\) refused the connection/);
      return true;
    });
    const nowhere = lab.target({ host: 'nas.invalid' });
    await assert.rejects(transport.connect(nowhere), /name that cannot be resolved/);
  },
);

test(
  'connect() throws LoginRefused that lists what was tried and what the server accepts',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect } = await scripted(lab, {
      onLogin: (context: AuthContext) => context.reject(['publickey', 'password']),
    });
    await assert.rejects(connect(), error => {
      assert.ok(error instanceof LoginRefused);
      assert.match(error.message, /tried key .*\/id; it accepts publickey, password/);
      assert.match(error.message, /ssh-copy-id/);
      return true;
    });
  },
);

test(
  'connect() answers keyboard-interactive with the password once and never waits for more',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const answers: string[][] = [];
    const ask = (context: KeyboardAuthContext): void =>
      context.prompt(
        [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Code: ', echo: true },
        ],
        given => {
          answers.push(given);
          context.reject(['keyboard-interactive']);
        },
      );
    const { connect } = await scripted(
      lab,
      {
        onLogin: context =>
          context.method === 'keyboard-interactive'
            ? ask(context)
            : context.reject(['keyboard-interactive']),
      },
      { password: new Secret('secret') },
    );
    await assert.rejects(connect(), error => {
      assert.ok(error instanceof LoginRefused);
      assert.match(error.message, /also asked "Code:"/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
    assert.deepEqual(answers, [['secret', '']]);
  },
);

test('connect() logs in with a password', need('ssh-keygen'), async () => {
  await using lab = await SshLab.open();
  const { connect } = await scripted(
    lab,
    {
      onLogin: context =>
        context.method === 'password' && context.password === 'secret'
          ? context.accept()
          : context.reject(['password']),
    },
    { password: new Secret('secret') },
  );
  const connection = await connect();
  await connection.close();
});

test(
  'connect() throws HostKeyRefused with the fingerprint and what to do for an unknown host',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect, server } = await scripted(lab, {});
    await lab.forget();
    await assert.rejects(connect(), error => {
      assert.ok(error instanceof HostKeyRefused);
      assert.match(error.message, /is not known: found ssh-ed25519 SHA256:[\w+/]{43}/);
      assert.match(error.message, new RegExp(`ssh-keyscan -p ${server.port} -t ed25519 127.0.0.1`));
      return true;
    });
  },
);

test(
  'connect() throws HostKeyRefused with a key that can be recorded, and knows it from then on',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect } = await scripted(lab, {});
    await lab.forget();
    const error = await connect().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof HostKeyRefused);
    assert.match(error.unknown?.key ?? '', /^ssh-ed25519 SHA256:[\w+/]{43}$/);
    await error.unknown?.remember();
    const connection = await connect();
    await connection.close();
  },
);

test(
  'connect() throws HostKeyRefused with both fingerprints for a changed key',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect, server } = await scripted(lab, {});
    await lab.forget();
    await lab.key('other');
    await lab.trust(`[127.0.0.1]:${server.port} ${await lab.publicKey('other')}`);
    await assert.rejects(connect(), error => {
      assert.ok(error instanceof HostKeyRefused);
      assert.equal(error.message.match(/SHA256:/g)?.length, 2);
      assert.equal(error.unknown, undefined);
      assert.match(error.message, /ssh-keygen -R '\[127.0.0.1\]:\d+' -f /);
      return true;
    });
  },
);
