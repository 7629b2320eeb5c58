import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { execa } from 'execa';
import { ensurePackages } from '../fleet/packages.ts';
import { needRoot } from '../support/need-root.ts';

const scripts = ['agent/install/install-agent.sh', 'agent/install/homelab-agent'];

suite('the shell scripts that go to the servers', needRoot(), () => {
  before(() => ensurePackages(['shellcheck']));

  test('are POSIX sh to shellcheck, without a complaint', async () => {
    const { all } = await execa('shellcheck', ['--shell=sh', ...scripts], {
      all: true,
      reject: false,
    });
    assert.equal(all, '');
  });

  test('are understood by dash', async () => {
    for (const script of scripts) await execa('dash', ['-n', script]);
  });
});

test('install-agent.sh explains itself without being root', async () => {
  const help = await execa('sh', ['agent/install/install-agent.sh', '--help']);
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
