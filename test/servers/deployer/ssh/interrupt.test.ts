import assert from 'node:assert/strict';
import { execa } from 'execa';
import type { Target } from '../../../../deployer/ssh/transport.ts';
import { type Bench, onEach, WITH_LOCAL } from '../../../support/ssh/on-each.ts';

/** Runs the command as a job of a terminal, and sends the whole job SIGINT in the middle, as Ctrl-C does. */
async function interrupted({ lab, kind }: Bench, target: Partial<Target>): Promise<string> {
  const main = new URL('interrupt-main.ts', import.meta.url).pathname;
  const facts = [lab.target(target), lab.deps()].map(fact => JSON.stringify(fact));
  const job = execa(process.execPath, [main, kind, ...facts], {
    detached: true,
    all: true,
    reject: false,
  });
  job.all.on('data', (chunk: Buffer) => {
    if (chunk.includes('started')) process.kill(-Number(job.pid), 'SIGINT');
  });
  return (await job).all;
}

onEach(
  'Ctrl-C leaves a command that is in flight alone',
  async bench => {
    const { port } = await bench.lab.sshd();
    assert.equal(await interrupted(bench, { port }), 'started\nfinished\ncode 0');
  },
  { kinds: WITH_LOCAL },
);

onEach('Ctrl-C leaves a command that is in flight behind a ProxyCommand alone', async bench => {
  const { lab } = bench;
  const { port } = await lab.sshd();
  await lab.write(
    'relay.mjs',
    `import { connect } from 'node:net';
     const socket = connect(${port}, '127.0.0.1');
     process.stdin.pipe(socket).pipe(process.stdout);\n`,
  );
  await lab.configure(`Host *\n  ProxyCommand ${process.execPath} ${lab.path('relay.mjs')}`);
  assert.equal(await interrupted(bench, { port }), 'started\nfinished\ncode 0');
});
