import assert from 'node:assert/strict';
import { Readable, type Writable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../../../deployer/inventory/secret.ts';
import {
  AnswerTooLong,
  ConnectionLost,
  SetupRefused,
  SudoRefused,
} from '../../../../deployer/ssh/errors.ts';
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

test('exec() keeps a character whole that arrives in two pieces', need('ssh-keygen'), async () => {
  await using lab = await SshLab.open();
  const bytes = Buffer.from('naïve');
  const { connect } = await scripted(lab, {
    onExec: channel => {
      channel.write(bytes.subarray(0, 3));
      setTimeout(() => {
        channel.write(bytes.subarray(3));
        channel.exit(0);
        channel.end();
      }, 20);
    },
  });
  const connection = await connect();
  assert.equal((await connection.exec('true')).stdout, 'naïve');
  await connection.close();
});

/** Writes without end, as fast as it is read; says how much that was so far. */
function flood(into: Writable, text: string): { bytes: number } {
  const sent = { bytes: 0 };
  const more = (): void => {
    while (into.writable) {
      sent.bytes += text.length;
      if (!into.write(text)) break;
    }
  };
  into.on('drain', more);
  more();
  return sent;
}

test(
  'exec() throws AnswerTooLong where a server says more than is accepted, on either stream',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    for (const stream of ['stdout', 'stderr'] as const) {
      const { connect } = await scripted(lab, {
        onExec: channel => flood(stream === 'stdout' ? channel : channel.stderr, 'x'.repeat(9000)),
      });
      const connection = await connect();
      await assert.rejects(connection.exec('true', { maxBytes: 100_000 }), AnswerTooLong);
      await connection.close();
    }
  },
);

test('exec() reads no line before the last one was dealt with', need('ssh-keygen'), async () => {
  await using lab = await SshLab.open();
  let sent = { bytes: 0 };
  const { connect } = await scripted(lab, {
    onExec: channel => {
      sent = flood(channel, 'a line of the journal\n'.repeat(1000));
    },
  });
  const connection = await connect();
  const controller = new AbortController();
  const { signal } = controller;
  let lines = 0;
  const onLine = (): Promise<void> => {
    lines += 1;
    return new Promise(() => {});
  };
  const running = connection.exec('true', { onLine, signal, maxBytes: Number.POSITIVE_INFINITY });
  let before = -1;
  while (before !== sent.bytes) {
    before = sent.bytes;
    await sleep(300);
  }
  // The window of one channel and what the sockets hold.
  assert.ok(sent.bytes < 20_000_000, String(sent.bytes));
  assert.equal(lines, 1);
  controller.abort(new Error('Enough'));
  await assert.rejects(running, /^Error: Enough$/);
  await connection.close();
});

test(
  'exec() throws SudoRefused for a sudo that asks, or talks, without end',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const become = { user: 'root', password: new Secret('hunter2') };
    const answers = [
      (prompt: string) => `${prompt}%p:Sorry, try again.\n`.repeat(20),
      () => 'We trust you have received the usual lecture. '.repeat(100),
    ];
    for (const answer of answers) {
      const { connect } = await scripted(
        lab,
        {
          onExec: (channel, command) => {
            const prompt = /sudo-password-\w+-/.exec(command)?.[0] ?? '';
            flood(channel.stderr, answer(prompt));
          },
        },
        { user: 'anna', become },
      );
      const connection = await connect();
      const timeoutMs = 10_000;
      await assert.rejects(connection.exec('true', { sudo: true, timeoutMs }), error => {
        assert.ok(error instanceof SudoRefused, String(error));
        assert.ok(error.message.length < 2000);
        return true;
      });
      await connection.close();
    }
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
