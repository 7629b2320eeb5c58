import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { deployArgv } from '../../support/deploy.ts';
import { need } from '../../support/need.ts';
import { TestDirectory } from '../../support/test-directory.ts';

const INVENTORY = `all:
  vars:
    homelab_agent_hub_url: http://hub.home.lan:8080
    homelab_agent_api_key: hush-key
    users: {bob: {password: hush-too, shell: /bin/sh}}
  children:
    nas:
      hosts:
        nas-[1:2]: {ansible_host: "{{ inventory_hostname }}.home.lan"}
    empty:
`;

test(
  'inventory --json is what ansible-inventory --list prints, but for the secrets',
  need('Ansible'),
  async () => {
    await using directory = await TestDirectory.create({ 'inventory.yaml': INVENTORY });
    const [node = '', ...args] = deployArgv(['inventory', '--json']);
    const ours = await execa(node, args, { cwd: directory.path, stripFinalNewline: false });
    const theirs = await execa('/usr/bin/ansible-inventory', ['-i', 'inventory.yaml', '--list'], {
      cwd: directory.path,
    });
    const masked = theirs.stdout.replaceAll(/hush-key|hush-too/g, '[REDACTED]');
    assert.equal(ours.stdout, `${masked}\n`);
  },
);
