import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { readInstaller, readProbe } from '../../../../deployer/build/installer.ts';
import { need } from '../../../support/need.ts';

const directory = await mkdtemp(join(tmpdir(), 'shell-'));
const installer = join(directory, 'install-agent.sh');
const probe = join(directory, 'probe.sh');
const scripts = [installer, probe, 'agent/install/homelab-agent'];

before(async () => {
  await writeFile(installer, await readInstaller('.'));
  await writeFile(probe, await readProbe('.'));
});
after(() => rm(directory, { recursive: true }));

test(
  'the scripts that go to the servers are POSIX sh to shellcheck, without a complaint',
  need('shellcheck'),
  async () => {
    // The two share parts, of which each uses some; and a function that is only substituted counts as unreachable.
    const { all } = await execa('shellcheck', ['--shell=sh', '-e', 'SC2034,SC2317', ...scripts], {
      all: true,
      reject: false,
    });
    assert.equal(all, '');
  },
);

test('the scripts that go to the servers are understood by dash', async () => {
  for (const script of scripts) await execa('dash', ['-n', script]);
});

test('install-agent.sh explains itself without being root', async () => {
  const help = await execa('sh', [installer, '--help']);
  assert.match(help.stdout, /^Installs the homelab agent on this server/);
  for (const option of [
    '--config',
    '--runtime',
    '--check',
    '--gate',
    '--require-beat',
    '--keep',
    '--by',
  ]) {
    assert.match(help.stdout, new RegExp(`^  ${option}\\b`, 'm'));
  }
  assert.match(help.stdout, /Exit status: 0 done/);
  assert.doesNotMatch(help.stdout, /set -u/);
});
