import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { ConnectionLost, SetupRefused } from '../../../../deployer/ssh/errors.ts';
import { need } from '../../../support/need.ts';
import { scripted } from '../../../support/ssh/scripted.ts';
import { SshLab } from '../../../support/ssh/ssh-lab.ts';

test(
  'exec() throws ConnectionLost when the server resets the connection',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect } = await scripted(lab, {
      onExec: (_channel, _command, socket) => socket.resetAndDestroy(),
    });
    const connection = await connect();
    await assert.rejects(connection.exec('true'), error => {
      assert.ok(error instanceof ConnectionLost);
      assert.match(error.message, /nas-1 was lost \(ECONNRESET\)/);
      return true;
    });
  },
);

test(
  'a reset between two commands does not end the process and the next command says it',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const sockets: Array<() => void> = [];
    const { connect } = await scripted(lab, {
      onExec: (channel, _command, socket) => {
        sockets.push(() => socket.resetAndDestroy());
        channel.exit(0);
        channel.end();
      },
    });
    const connection = await connect();
    await connection.exec('true');
    sockets[0]?.();
    await assert.rejects(async () => {
      for (;;) await connection.exec('true');
    }, ConnectionLost);
  },
);

test(
  'exec() throws ConnectionLost when the server closes the connection without an exit code',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect } = await scripted(lab, {
      onExec: (channel, _command, socket) => {
        channel.write('half');
        socket.end();
      },
    });
    const connection = await connect();
    await assert.rejects(connection.exec('true'), ConnectionLost);
  },
);

test(
  'exec() throws ConnectionLost that names the signal which ended the command',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect } = await scripted(lab, {
      onExec: channel => {
        channel.exit('KILL');
        channel.end();
      },
    });
    const connection = await connect();
    await assert.rejects(connection.exec('true'), /ended by SIGKILL/);
    await connection.close();
  },
);

test(
  'exec() throws ConnectionLost after its timeout when the server freezes',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect } = await scripted(lab, {
      onExec: (_channel, _command, socket) => socket.pause(),
    });
    const connection = await connect();
    await assert.rejects(connection.exec('true', { timeoutMs: 200 }), /had not ended after 0.2 s/);
    await connection.close();
  },
);

test('exec() throws the reason of its signal', need('ssh-keygen'), async () => {
  await using lab = await SshLab.open();
  const { connect } = await scripted(lab, { onExec: () => {} });
  const connection = await connect();
  const controller = new AbortController();
  const running = connection.exec('sleep 100', { signal: controller.signal });
  controller.abort(new Error('Enough'));
  await assert.rejects(running, /^Error: Enough$/);
  await connection.close();
});

test(
  'exec() throws SetupRefused when the server opens no session at all',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect } = await scripted(lab, { refusesSession: () => true });
    const connection = await connect();
    await assert.rejects(connection.exec('true'), error => {
      assert.ok(error instanceof SetupRefused);
      assert.match(error.message, /accepted the login, but runs no command/);
      return true;
    });
    await connection.close();
  },
);

test(
  'exec() does not count what a server says as progress of what it is sent',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const { connect } = await scripted(lab, {
      onExec: (channel, _command, socket) => {
        channel.pause();
        const timer = setInterval(() => channel.write('.\n'), 50);
        socket.on('close', () => clearInterval(timer));
      },
    });
    const connection = await connect();
    const stdin = Readable.from([Buffer.alloc(100)]);
    await assert.rejects(
      connection.exec('cat', { stdin, stallMs: 500 }),
      /made no progress for 0.5 s/,
    );
    await connection.close();
  },
);
