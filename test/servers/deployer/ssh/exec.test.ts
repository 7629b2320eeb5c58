import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionLost } from '../../../../deployer/ssh/errors.ts';
import { onEach, refusedBy, WITH_LOCAL } from '../../../support/ssh/on-each.ts';

onEach(
  'exec() gives exit code, stdout and stderr of a command apart',
  async ({ lab, connect }) => {
    const { port } = await lab.sshd();
    const connection = await connect({ port });
    assert.deepEqual(await connection.exec('echo out; echo err >&2; exit 7'), {
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'exec() gives the exit code 255 of a command, which ssh also uses for itself',
  async ({ lab, connect }) => {
    const { port } = await lab.sshd();
    const connection = await connect({ port });
    const result = await connection.exec("printf 'no newline' >&2; exit 255");
    assert.deepEqual(result, { code: 255, stdout: '', stderr: 'no newline' });
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'exec() passes every byte of a command line on',
  async ({ lab, connect }) => {
    const { port } = await lab.sshd();
    const connection = await connect({ port });
    const text = `it's "all" here: \\ $HOME \`id\` ! * ~ ü\n\ttab`;
    const result = await connection.exec(`cat <<'END'\n${text}\nEND`);
    assert.equal(result.stdout, `${text}\n`);
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'exec() streams megabytes of stdin, and gives the output',
  async ({ lab, connect }) => {
    const { port } = await lab.sshd();
    const connection = await connect({ port });
    const chunk = Buffer.alloc(65_536, 'x');
    const source = Readable.from(
      (function* () {
        for (let count = 0; count < 200; count += 1) yield chunk;
      })(),
    );
    const result = await connection.exec('cat', { stdin: source });
    assert.equal(result.stdout.length, 200 * 65_536);
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'exec() reads a source no faster than the server takes it',
  async ({ lab, connect }) => {
    const { port } = await lab.sshd();
    const connection = await connect({ port });
    let given = 0;
    const source = Readable.from(
      (function* () {
        for (; given < 500; given += 1) yield Buffer.alloc(1_000_000);
      })(),
    );
    const result = await connection.exec('head -c 1000000 >/dev/null; exit 3', { stdin: source });
    assert.equal(result.code, 3);
    assert.equal(source.destroyed, true);
    assert.ok(given < 100, `${given} MB were read for a command that takes 1`);
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'exec() runs commands side by side on one connection',
  async ({ lab, kind, connect }) => {
    const sshd = await lab.sshd();
    const connection = await connect({ port: sshd.port });
    const results = await Promise.all([1, 2, 3, 4].map(n => connection.exec(`echo ${n}`)));
    assert.deepEqual(
      results.map(({ stdout }) => stdout),
      ['1\n', '2\n', '3\n', '4\n'],
    );
    if (kind !== 'local') assert.equal(sshd.log.match(/Accepted publickey/g)?.length, 1);
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'exec() never takes a command that a signal ended for a success',
  async ({ lab, kind, connect }) => {
    const { port } = await lab.sshd();
    const connection = await connect({ port });
    const killed = connection.exec('kill -9 $$');
    // ssh cannot tell; the shell that stands between says 128 and the signal's number.
    if (kind === 'openssh') assert.equal((await killed).code, 137);
    else await assert.rejects(killed, refusedBy(ConnectionLost, /ended by SIGKILL/));
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'exec() throws ConnectionLost when the server goes away in the middle',
  async ({ lab, connect }) => {
    const sshd = await lab.sshd();
    const connection = await connect({ port: sshd.port });
    const running = connection.exec('echo started; sleep 30', { onLine: () => sshd.cut() });
    await assert.rejects(running, refusedBy(ConnectionLost, /unknown/));
    await assert.rejects(connection.exec('true'), refusedBy(ConnectionLost));
  },
);

onEach(
  'exec() ends a command that takes too long, and the connection stays usable',
  async ({ lab, connect }) => {
    const { port } = await lab.sshd();
    const connection = await connect({ port });
    const slow = connection.exec('sleep 30', { timeoutMs: 300 });
    await assert.rejects(slow, refusedBy(ConnectionLost, /had not ended after 0.3 s/));
    assert.equal((await connection.exec('echo on')).stdout, 'on\n');
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'exec() ends a command that makes no progress, and no other, however long it takes',
  async ({ lab, connect }) => {
    const { port } = await lab.sshd();
    const connection = await connect({ port });
    const stalled = connection.exec('echo on; sleep 60', { stallMs: 500 });
    await assert.rejects(stalled, refusedBy(ConnectionLost, /made no progress for 0.5 s/));
    const ticks = 'for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.5; done';
    assert.equal((await connection.exec(ticks, { stallMs: 4000 })).code, 0);
    const source = Readable.from(
      (async function* () {
        for (let piece = 0; piece < 10; piece += 1) {
          await sleep(500);
          yield Buffer.alloc(65_536);
        }
      })(),
    );
    const taken = await connection.exec('wc -c', { stdin: source, stallMs: 4000 });
    assert.equal(taken.stdout.trim(), '655360');
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'exec() throws the reason of its signal',
  async ({ lab, connect }) => {
    const { port } = await lab.sshd();
    const connection = await connect({ port });
    const controller = new AbortController();
    const running = connection.exec('echo started; sleep 30', {
      signal: controller.signal,
      onLine: () => controller.abort(new Error('Enough')),
    });
    await assert.rejects(running, /^Error: Enough$/);
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'close() may be called twice, and while a command runs',
  async ({ lab, connect }) => {
    const { port } = await lab.sshd();
    const connection = await connect({ port });
    const running = connection.exec('sleep 30');
    await Promise.all([
      assert.rejects(running, refusedBy(ConnectionLost)),
      connection.close().then(() => connection.close()),
    ]);
  },
  { kinds: WITH_LOCAL },
);

onEach(
  'connect() throws the reason of its signal',
  async ({ lab, transport }) => {
    const { port } = await lab.sshd();
    const aborted = AbortSignal.abort(new Error('Enough'));
    await assert.rejects(transport().connect(lab.target({ port }), aborted), /^Error: Enough$/);
  },
  { kinds: WITH_LOCAL },
);
