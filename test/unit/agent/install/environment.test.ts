import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { installerFunctions } from './functions.ts';

const functions = await installerFunctions();

/** What a call of the installer's functions prints where this is in the environment. */
async function run(call: string, env: Readonly<Record<string, string>>): Promise<string> {
  const script = `${functions}\n${call}`;
  return (await execa('/bin/dash', ['-c', script], { env, reject: false })).stdout;
}

test("the installer finds root's programs where PATH is that of another user", async () => {
  assert.match(await run('command -v useradd', { PATH: '/usr/bin:/bin' }), /sbin\/useradd$/);
});

test('the installer tells who is not root what helps by hand', async () => {
  assert.equal(
    await run('id() { echo 1000; }\nserver_problems', {}),
    'Expected to run as root, found uid 1000: use sudo',
  );
});
