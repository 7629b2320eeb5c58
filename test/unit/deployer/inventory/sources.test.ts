import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';
import { load, names, one } from './sources-rig.ts';

test('the inventory is the one of -i, else of ANSIBLE_INVENTORY, else of ansible.cfg, else the first usual name', async () => {
  const files = {
    'option.yaml': one('option'),
    'env.yaml': one('env'),
    'etc/cfg.yaml': one('cfg'),
    'hosts.yml': one('hosts-yml'),
    hosts: one('hosts'),
  };
  const config = { ...files, 'ansible.cfg': '[defaults]\ninventory = etc/cfg.yaml\n' };
  const env = { ANSIBLE_INVENTORY: 'env.yaml' };
  assert.deepEqual(names(await load({ files: config, env, named: ['option.yaml'] })), ['option']);
  assert.deepEqual(names(await load({ files: config, env })), ['env']);
  const configured = await load({ files: config });
  assert.deepEqual(names(configured), ['cfg']);
  assert.deepEqual(configured.from, { file: 'ansible.cfg', line: 2, column: 1 });
  assert.deepEqual(names(await load({ files })), ['hosts-yml']);
  const usual = { ...files, 'inventory.yml': one('yml') };
  assert.deepEqual(names(await load({ files: usual })), ['yml']);
  const first = { ...usual, 'inventory.yaml': one('yaml') };
  assert.deepEqual(names(await load({ files: first })), ['yaml']);
});

test("where nothing else is found, the inventory is the person's own, by XDG, with the group_vars beside it", async () => {
  const files = {
    'etc/homelab-deploy/inventory.yaml': one('own'),
    'etc/homelab-deploy/group_vars/all.yml': 'x: 1\n',
    'empty/.keep': '',
    'full/hosts': one('here'),
  };
  await using directory = await TestDirectory.create(files);
  const context = (cwd: string, env = {}) =>
    testContext({ cwd: directory.file(cwd), env, home: directory.path });
  const env = { XDG_CONFIG_HOME: directory.file('etc') };
  const own = await loadInventory([], { context: context('empty', env) });
  assert.deepEqual(names(own), ['own']);
  assert.deepEqual({ ...own.hosts[0]?.vars() }, { x: 1 });
  assert.deepEqual(names(await loadInventory([], { context: context('full', env) })), ['here']);
  const path = directory.file('.config/homelab-deploy/inventory.yaml');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, one('home'));
  const relative = { XDG_CONFIG_HOME: '../etc' };
  for (const ignored of [{}, relative]) {
    const found = await loadInventory([], { context: context('empty', ignored) });
    assert.deepEqual(names(found), ['home']);
  }
});

test("ansible.cfg's inventory is relative to it, and a list of several", async () => {
  const files = {
    'etc/ansible.cfg': '[defaults]\ninventory = a.yaml, ../b.yaml\n',
    'etc/a.yaml': one('a'),
    'b.yaml': one('b'),
    'sub/.keep': '',
  };
  const env = { ANSIBLE_CONFIG: '../etc/ansible.cfg' };
  assert.deepEqual(names(await load({ files, cwd: 'sub', env })), ['a', 'b']);
  assert.deepEqual(names(await load({ files, cwd: 'sub', env: { ANSIBLE_CONFIG: '../etc' } })), [
    ...['a', 'b'],
  ]);
});

test('several YAML inventories are merged: a later one adds to the earlier ones and wins', async () => {
  const inventory = await load({
    files: {
      'a.yaml': 'nas: {hosts: {nas-1: {x: 1, y: 1}}, vars: {g: a}}\n',
      'two/b.yaml': 'nas: {hosts: {nas-1: {x: 2}, nas-2: }, vars: {g: b}}\n',
      'group_vars/nas.yml': 'v: a\nw: a\n',
      'two/group_vars/nas.yml': 'v: b\n',
    },
    named: ['a.yaml', 'two/b.yaml'],
    options: { playbookDir: 'two' },
  });
  assert.deepEqual(
    inventory.hosts.map(host => ({ ...host.vars() })),
    [
      { x: 2, y: 1, g: 'b', v: 'b', w: 'a' },
      { g: 'b', v: 'b', w: 'a' },
    ],
  );
  assert.equal(inventory.file, 'a.yaml, two/b.yaml');
});

test('what an inventory program prints is no inventory, and the message says what to name instead', async () => {
  const text = '{"_meta": {"hostvars": {"a": {}}}, "all": {"children": ["ungrouped"]}}';
  await assert.rejects(load({ files: { 'list.json': text }, named: ['list.json'] }), {
    message:
      /^list\.json:1:2: _meta: Expected an inventory, found what "ansible-inventory --list" or an inventory program prints: name that inventory or program with -i, or write it as YAML: /,
  });
});

test('without an inventory the message says what was looked for and what lies there', async () => {
  await assert.rejects(
    load({
      files: {
        ...{ 'hosts.ini': '', 'README.md': '', 'production/x': '', 'package.json': '' },
        ...{ 'biome.json': '{"files": {}}', 'ci.yml': 'on: push\n', 'nas.yml': 'nas:\n  hosts:\n' },
      },
    }),
    {
      name: 'InventoryError',
      exitCode: 2,
      message:
        /^Expected an inventory: none is named by -i, ANSIBLE_INVENTORY or ansible\.cfg, and there is no inventory\.yaml, inventory\.yml, hosts\.yml, inventory, hosts in \S+, and no \/nonexistent\/\.config\/homelab-deploy\/inventory\.yaml; there are: hosts\.ini, nas\.yml, production\/; name one with -i FILE, or let "homelab-deploy init" write one$/,
    },
  );
  await assert.rejects(load({ files: { 'inventory.yml': '' }, named: ['inventory.yaml'] }), {
    message:
      'Expected an inventory at inventory.yaml (-i), found nothing there; there are: inventory.yml; check the path, or let "homelab-deploy init" write one',
  });
  await assert.rejects(load({ files: {}, env: { ANSIBLE_INVENTORY: 'gone' } }), {
    message:
      /^Expected an inventory at gone \(ANSIBLE_INVENTORY\), found nothing there; check the path/,
  });
});

test('without Ansible, a source that is not YAML is refused by its kind, with both ways out', async () => {
  const kinds: [name: string, text: string, words: string][] = [
    ['hosts', '[nas]\nnas-1\n', "Ansible's INI format"],
    ['hosts', '# servers\nnas-1 ansible_host=10.0.0.5\n', "Ansible's INI format"],
    ['hosts', 'nas-1\n', "Ansible's INI format"],
    ['servers.prod', 'nas-1\n', "Ansible's INI format"],
    ['hosts.yaml', '[nas:children]\npi\n', "Ansible's INI format"],
    [
      'inventory.proxmox.yml',
      'plugin: community.general.proxmox\n',
      'the configuration of the inventory plugin community.general.proxmox',
    ],
    ['hosts.toml', '[nas]\n', 'TOML'],
  ];
  for (const [name, text, words] of kinds) {
    await assert.rejects(load({ files: { [name]: text }, named: [name] }), {
      message: `Expected YAML, or ansible-inventory on the path, found ${name} (${words}) and no such program: install Ansible here ("apt install ansible-core"), or run this where Ansible is: ANSIBLE_VARS_ENABLED= ansible-inventory -i ${name} --list --yaml --export --output inventory.yaml (what is in the clear in the inventory stays so)`,
    });
  }
  await assert.rejects(load({ files: {}, directories: ['inventory'] }), {
    message: /found inventory \(a directory\) and no .* --output inventory\/inventory\.yaml /,
  });
  await assert.rejects(load({ files: { 'etc/hosts': 'a\n' }, named: ['etc/hosts'] }), {
    message: / -i etc\/hosts .* --output etc\/inventory\.yaml /,
  });
  await assert.rejects(load({ files: {}, named: ['nas-1,nas-2'] }), {
    message:
      /found nas-1,nas-2 \(a list of hosts\) and no .* ansible-inventory -i nas-1,nas-2 --list/,
  });
});

test('a file is a file even if its name has a comma, as in a list of hosts', async () => {
  assert.deepEqual(names(await load({ files: { 'a,b.yaml': one('a') }, named: ['a,b.yaml'] })), [
    'a',
  ]);
});

test('broken YAML keeps its line and column, whatever the name of its file', async () => {
  for (const name of ['hosts', 'hosts.yml']) {
    await assert.rejects(
      load({ files: { [name]: '---\nall:\n  hosts:\n    nas-1: {\n' }, named: [name] }),
      {
        message: new RegExp(`^${name}:\\d+:\\d+: Expected`),
      },
    );
  }
});

test('a setting that only Ansible follows is refused without Ansible, and one that changes nothing is not', async () => {
  const refused: [text: string, words: RegExp][] = [
    ['[defaults]\nhash_behaviour = merge\n', /hash_behaviour = merge \(ansible\.cfg:2:1\)/],
    [
      '[defaults]\nvars_plugins_enabled = host_group_vars, community.sops.sops\n',
      /vars_plugins_enabled = host_group_vars, community\.sops\.sops/,
    ],
    ['[defaults]\nprecedence = all_inventory\n', /precedence/],
    ['[inventory]\nenable_plugins = ini\n', /enable_plugins = ini/],
  ];
  for (const [config, words] of refused) {
    const files = { 'inventory.yaml': one('a'), 'ansible.cfg': config };
    await assert.rejects(load({ files }), (error: Error) => {
      assert.match(error.message, words);
      assert.match(
        error.message,
        /which alone follows .* install Ansible .* or remove that setting$/,
      );
      return true;
    });
  }
  const config =
    '[defaults]\nhash_behaviour = replace\nvars_plugins_enabled = ansible.builtin.host_group_vars\nforce_valid_group_names = ignore\n[inventory]\nenable_plugins = host_list, yaml, ini\n';
  assert.deepEqual(
    names(await load({ files: { 'inventory.yaml': one('a'), 'ansible.cfg': config } })),
    ['a'],
  );
});
