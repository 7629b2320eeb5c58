import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { showGroups } from '../../../../deployer/inventory/show-groups.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

const FILES = {
  'etc/inventory.yaml': 'nas: {hosts: {nas-1: }}\n',
  'etc/group_vars/nas.yml': 'a: inventory\nb: inventory\n',
  'group_vars/all.yml': 'c: here\n',
  'group_vars/nas.yml': 'b: here\n',
  'host_vars/nas-1.yml': 'ansible_user: here\n',
  'plays/group_vars/nas.yml': 'b: plays\n',
  'other/.keep': '',
};

async function variablesIn(setup: {
  cwd?: string;
  playbookDir?: string;
  env?: Record<string, string>;
  files?: Record<string, string>;
}) {
  await using directory = await TestDirectory.create({ ...FILES, ...setup.files });
  const context = testContext({ cwd: directory.file(setup.cwd ?? '.'), env: setup.env ?? {} });
  const file = directory.file('etc/inventory.yaml');
  const inventory = await loadInventory(file, { context, playbookDir: setup.playbookDir });
  return { vars: { ...inventory.hosts[0]?.vars() }, shown: showGroups(inventory) };
}

test('group_vars/ and host_vars/ of the working directory count, as of a playbook there, and that is shown', async () => {
  const { vars, shown } = await variablesIn({});
  assert.deepEqual(vars, { a: 'inventory', b: 'here', c: 'here', ansible_user: 'here' });
  assert.match(shown, /^group_vars\/ and host_vars\/ of the playbook directory \S+ count, too$/m);
});

test('the playbook directory is --playbook-dir, else the one of Ansible, else the working directory', async () => {
  const inPlays = { a: 'inventory', b: 'plays' };
  assert.deepEqual((await variablesIn({ playbookDir: 'plays' })).vars, inPlays);
  const env = { ANSIBLE_PLAYBOOK_DIR: 'plays' };
  assert.deepEqual((await variablesIn({ env })).vars, inPlays);
  const files = { 'ansible.cfg': '[defaults]\nplaybook_dir = ./plays\n' };
  assert.deepEqual((await variablesIn({ files })).vars, inPlays);
  const elsewhere = await variablesIn({ cwd: 'other' });
  assert.deepEqual(elsewhere.vars, { a: 'inventory', b: 'inventory' });
  assert.doesNotMatch(elsewhere.shown, /playbook directory/);
  await assert.rejects(variablesIn({ playbookDir: 'gone' }), {
    message: /^Expected a directory at \S+\/gone \(the playbook directory\), found none: /,
  });
});

const TEMPLATES = `all:
  hosts:
    nas-1: {u: "{{ ansible_user | default('root') }}", p: "{{ ansible_ssh_port == 2222 }}", h: "{{ ansible_host }}"}
    nas-2: {ansible_ssh_user: pi, ansible_host: "{{ ansible_ssh_host | default('10.0.0.2') }}", u: "{{ ansible_user }}",
      v: "{{ hostvars['nas-1'].ansible_user | default('none') }}", c: "{{ ansible_connection | default('x') }}",
      f: "{{ ansible_check_mode is defined }}", w: "{{ hostvars['nas-1'].ansible_version is defined }}"}
    nas-3: {ansible_connection: local, c: "{{ ansible_connection }}", environment: x, e: "{{ environment }}"}
`;

test('what a play sets of a connection is seen by templates, and its other variables are refused', async () => {
  const config = '[defaults]\nremote_user = admin\nremote_port = 2222\n';
  await using directory = await TestDirectory.create({
    'inventory.yaml': TEMPLATES,
    'ansible.cfg': config,
  });
  const context = testContext({ cwd: directory.path });
  const { hosts } = await loadInventory('inventory.yaml', { context });
  const [one, two, three] = hosts;
  assert.deepEqual({ ...one?.vars() }, { u: 'admin', p: true, h: 'nas-1' });
  assert.equal(two?.variable('u'), 'pi');
  assert.equal(two?.variable('ansible_host'), '10.0.0.2');
  assert.equal(two?.variable('v'), 'none');
  assert.equal(three?.variable('c'), 'local');
  const refused = [
    { host: two, name: 'c', found: 'ansible_connection' },
    { host: two, name: 'f', found: 'ansible_check_mode' },
    { host: two, name: 'w', found: 'ansible_version' },
    { host: three, name: 'e', found: 'environment' },
  ];
  for (const { host, name, found } of refused) {
    const message = `Expected a variable of the inventory, found ${found}, which only a play has: write its value`;
    assert.throws(() => host?.variable(name), { message: new RegExp(`: ${message}$`) });
  }
});
