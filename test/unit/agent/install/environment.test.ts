import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { sha256 } from '../../../../deployer/lib/digest.ts';
import { TestDirectory } from '../../../support/test-directory.ts';
import { installerFunctions } from './functions.ts';

const functions = await installerFunctions();

/** Meant to be set by whoever runs the installer. */
const MEANT = ['HOMELAB_AGENT_BEAT_WAIT', 'LOGNAME', 'SUDO_USER'];
/** Set in the same function, before they are read. */
const LOCAL = ['HOLDER', 'LEFT', 'VERSION_FOUND', 'WHY'];

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

test('no variable of the environment counts as one that the installer has set', async () => {
  // Of any other it would have been said that it is not set.
  const read = [...functions.matchAll(/\$\{([A-Z][A-Z_]*):?[-+]/g)].map(([, name = '']) => name);
  const names = [...new Set(read)].filter(name => ![...MEANT, ...LOCAL].includes(name));
  assert.ok(names.includes('SINCE'), names.join(' '));
  const env = Object.fromEntries([...names, 'GUARD', 'AGAIN'].map(name => [name, 'environment']));
  const values = await run('parse_arguments --check\nset', env);
  assert.doesNotMatch(values, /='?environment/);
});

test("the installer's files are found by a relative path, wherever CDPATH leads", async () => {
  await using directory = await TestDirectory.create({
    'here/SHA256SUMS': `${sha256('')}  VERSION\n`,
    'here/VERSION': '',
    'elsewhere/here/none': '',
  });
  const argv = ['-c', `${functions}\nfind_source\necho "$SOURCE"`, 'here/install-agent.sh'];
  const env = { CDPATH: directory.file('elsewhere') };
  const { stdout } = await execa('dash', argv, { cwd: directory.path, env, reject: false });
  assert.equal(stdout, directory.file('here'));
});
