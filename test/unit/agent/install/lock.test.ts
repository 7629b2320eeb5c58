import assert from 'node:assert/strict';
import { mkdir, stat } from 'node:fs/promises';
import { test } from 'node:test';
import { execa } from 'execa';
import { TestDirectory } from '../../../support/test-directory.ts';
import { installerFunctions } from './functions.ts';

/** Runs a function of the installer with an interrupted installation, where somebody else holds the lock. */
async function locked(call: string) {
  const directory = await TestDirectory.create({});
  const [lock, activating] = [directory.file('lock'), directory.file('activating')];
  await mkdir(activating);
  const functions = await installerFunctions({
    LOCK: lock,
    ACTIVATING: activating,
    CONFIG: directory.file('config.yaml'),
  });
  const script = `${functions}\nflock() { return 1; }\nBY=me\n${call}`;
  const { stderr } = await execa('dash', ['-c', script], { reject: false });
  return { directory, lock, stderr, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() };
}

for (const [when, call] of [
  ['an installation begins', 'take_lock'],
  ['the service starts after a power cut', 'recover_at_start'],
  ['an installation was killed', 'roll_back() { exit; }\nrecover_after_kill'],
] as const) {
  test(`the lock is made for root alone, so that nobody else can hold it: when ${when}`, async () => {
    await using made = await locked(call);
    assert.equal(((await stat(made.lock)).mode & 0o777).toString(8), '600');
  });
}

test('a lock whose holder has not written who it is, is reported without one', async () => {
  await using made = await locked('take_lock');
  assert.equal(
    made.stderr,
    'error: Another installation is running. Wait for it to end, then run this again',
  );
});
