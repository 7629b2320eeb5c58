import assert from 'node:assert/strict';
import { mkdir, utimes } from 'node:fs/promises';
import { test } from 'node:test';
import { execa } from 'execa';
import { withLock } from '../../../support/lock.ts';
import { TestDirectory } from '../../../support/test-directory.ts';
import { probeFunctions } from './functions.ts';

test('what an interrupted run left is what nothing holds, or what the role copied more than an hour ago', async () => {
  await using directory = await TestDirectory.create({});
  const incoming = directory.file('incoming');
  const script = await probeFunctions({ INCOMING: incoming });
  const left = async (): Promise<string> =>
    (await execa('sh', ['-c', `${script}\neach_leftover echo`])).stdout;
  assert.equal(await left(), '');
  const [held, free] = [`${incoming}.0a`, `${incoming}.1b`];
  for (const path of [incoming, held, free]) await mkdir(path);
  await withLock(held, async () => assert.equal(await left(), free));
  const hours = new Date(Date.now() - 2 * 3_600_000);
  await utimes(incoming, hours, hours);
  assert.deepEqual((await left()).split('\n'), [incoming, held, free]);
});

test("what belongs to a file system that is mounted at the agent's place is of no other agent", async () => {
  await using directory = await TestDirectory.create({
    'homelab-agent.py': '',
    'lost+found/#12': '',
  });
  const script = await probeFunctions({ BASE: directory.path });
  const { stdout } = await execa('sh', ['-c', `${script}\neach_foreign echo`]);
  assert.equal(stdout, directory.file('homelab-agent.py'));
});
