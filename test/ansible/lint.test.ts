import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { need } from '../support/need.ts';
import { ANSIBLE } from './role.ts';

describe('the playbooks and the role', need('Ansible'), () => {
  it('pass ansible-lint with its strictest profile, warnings included', async () => {
    const { exitCode, stdout, stderr } = await execa(
      'ansible-lint',
      ['--offline', '--strict', '--nocolor', '--profile', 'production', '-p'],
      { cwd: ANSIBLE, reject: false, stdin: 'ignore' },
    );
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
    assert.match(stderr, /production profile/);
    assert.doesNotMatch(stderr, / on 0 files/);
  });

  it('pass yamllint', async () => {
    const { stdout } = await execa('yamllint', ['--strict', '--list-files', '.'], { cwd: ANSIBLE });
    assert.match(stdout, /site\.yml/);
    const { all } = await execa('yamllint', ['--strict', '.'], {
      all: true,
      cwd: ANSIBLE,
      reject: false,
    });
    assert.equal(all, '');
  });
});
