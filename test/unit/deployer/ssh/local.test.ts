import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { MixedTransport } from '../../../../deployer/ssh/create-transport.ts';
import { ConnectionLost, Unreachable } from '../../../../deployer/ssh/errors.ts';
import { LocalTransport } from '../../../../deployer/ssh/local/local-connection.ts';
import { NodeSshTransport } from '../../../../deployer/ssh/node-ssh/node-ssh-transport.ts';
import { need } from '../../../support/need.ts';
import { onEach, refusedBy } from '../../../support/ssh/on-each.ts';
import { freePort, SshLab } from '../../../support/ssh/ssh-lab.ts';

/** The lab has keys, though nothing here logs in. */
const LOCAL = { kinds: ['local'], needs: ['ssh-keygen'] } as const;

/** Starts a shell that tells the process number of something it started. */
const PARENT = 'sleep 300 & echo $!; wait';

onEach(
  'aborting a command ends what it started as well',
  async ({ lab, connect }) => {
    const connection = await connect({});
    const controller = new AbortController();
    let pid = 0;
    const running = connection.exec(PARENT, {
      signal: controller.signal,
      onLine: line => {
        pid = Number(line);
        controller.abort(new Error('Enough'));
      },
    });
    await assert.rejects(running, /^Error: Enough$/);
    assert.ok(pid > 1, `Expected the number of a process, found ${pid}`);
    await lab.until(() => !existsSync(`/proc/${pid}`));
  },
  LOCAL,
);

onEach(
  'close() waits until what ran has ended, even when it will not',
  async ({ connect }) => {
    const connection = await connect({});
    const told = Promise.withResolvers<number>();
    const stubborn = 'trap "" TERM; echo $$; while :; do sleep 0.1; done';
    const running = connection.exec(stubborn, {
      onLine: line => told.resolve(Number(line)),
    });
    const pid = await told.promise;
    await Promise.all([assert.rejects(running, refusedBy(ConnectionLost)), connection.close()]);
    await assert.rejects(connection.exec('true'), refusedBy(ConnectionLost));
    assert.equal(existsSync(`/proc/${pid}`), false);
  },
  LOCAL,
);

onEach(
  'a command has the environment of the deployer, and stands in the root directory',
  async ({ connect }) => {
    const connection = await connect({}, { env: { PATH: process.env['PATH'], COLOUR: 'blue' } });
    assert.equal((await connection.exec('echo $COLOUR; pwd')).stdout, 'blue\n/\n');
  },
  LOCAL,
);

onEach(
  'a command line that is too long is a failure that is told, not a crash',
  async ({ connect }) => {
    const connection = await connect({});
    const long = connection.exec(`: ${'x'.repeat(3_000_000)}`);
    await assert.rejects(long, /could not start it \(.*E2BIG.*\)/);
  },
  LOCAL,
);

test(
  'each server of an inventory goes its own way: this machine, or SSH',
  need('ssh-keygen'),
  async () => {
    await using lab = await SshLab.open();
    const deps = lab.deps();
    const transport = new MixedTransport(new NodeSshTransport(deps), new LocalTransport(deps));
    // Nothing listens there, which does not matter for a local connection.
    const port = await freePort();
    const here = await transport.connect(lab.target({ connection: 'local', port }));
    assert.equal((await here.exec('echo here')).stdout, 'here\n');
    await here.close();
    for (const connection of ['ssh', undefined] as const) {
      await assert.rejects(
        transport.connect(lab.target({ connection, port })),
        refusedBy(Unreachable),
      );
    }
  },
);
