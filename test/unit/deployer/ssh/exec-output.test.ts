import assert from 'node:assert/strict';
import type { Writable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../../../deployer/inventory/secret.ts';
import { AnswerTooLong, SudoRefused } from '../../../../deployer/ssh/errors.ts';
import { need } from '../../../support/need.ts';
import { scripted } from '../../../support/ssh/scripted.ts';
import { SshLab } from '../../../support/ssh/ssh-lab.ts';

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
