import assert from 'node:assert/strict';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { Inventory } from '../../../../deployer/inventory/inventory.ts';
import {
  type InventoryOptions,
  loadInventory,
} from '../../../../deployer/inventory/load-inventory.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

interface Setup {
  readonly files: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
  /** `-i` */
  readonly named?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly options?: Partial<InventoryOptions>;
}

async function load(setup: Setup): Promise<Inventory> {
  await using directory = await TestDirectory.create(setup.files);
  for (const name of setup.directories ?? []) await mkdir(directory.file(name));
  const program = directory.file('bin/ansible-inventory');
  if (setup.files['bin/ansible-inventory'] !== undefined) await chmod(program, 0o755);
  const env = { PATH: `${directory.file('bin')}:/usr/bin:/bin`, ...setup.env };
  if (setup.files['bin/ansible-inventory'] === undefined) env.PATH = '/nonexistent';
  const context = testContext({ cwd: directory.file(setup.cwd ?? '.'), env });
  return await loadInventory(setup.named ?? [], { context, ...setup.options });
}

const names = ({ hosts }: Inventory): string[] => hosts.map(({ name }) => name);
const one = (name: string): string => `all: {hosts: {${name}: }}\n`;

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

test('without an inventory the message says what was looked for and what lies there', async () => {
  await assert.rejects(
    load({ files: { 'hosts.ini': '', 'README.md': '', 'production/x': '', 'package.json': '' } }),
    {
      name: 'InventoryError',
      exitCode: 2,
      message:
        /^Expected an inventory: none is named by -i, ANSIBLE_INVENTORY or ansible\.cfg, and there is no inventory\.yaml, inventory\.yml, hosts\.yml, inventory, hosts in \S+, and no \/nonexistent\/\.config\/homelab-deploy\/inventory\.yaml; what lies there: hosts\.ini, production\/; name one with -i FILE, or let "homelab-deploy init" write one$/,
    },
  );
  await assert.rejects(load({ files: { 'inventory.yml': '' }, named: ['inventory.yaml'] }), {
    message:
      'Expected an inventory at inventory.yaml (-i), found nothing there; what lies there: inventory.yml; check the path, or let "homelab-deploy init" write one',
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

/** Prints its arguments as a warning and this answer. */
const ANSWER = `#!/bin/sh
case $* in *--version*) echo 'ansible-inventory [core 2.19.11]'; exit;; esac
printf '[WARNING]: asked %s and a line that\\n  goes on\\n[DEPRECATION WARNING]: no\\n' "$*" >&2
cat <<'END'
{"_meta": {"hostvars": {"a-1": {"vip": "{{ inventory_hostname }}", "v": {"__ansible_vault": "x"}, "n": NaN, "hidden": "geheim", "i": 12345678901234567890}}},
 "all": {"children": ["ungrouped", "nas", "b"]}, "ungrouped": {"hosts": ["z"]}, "nas": {"hosts": ["nas-2", "a-1"], "children": ["b"]}, "b": {"hosts": ["nas-1"]}}
END
`;

test("everything else is read by ansible-inventory, and its values are templated and masked as this program's own", async () => {
  const inventory = await load({
    files: {
      'bin/ansible-inventory': ANSWER,
      hosts: '[nas]\n',
      pw: 'x',
      'group_vars/nas.sops.yml': 'hidden: ENC[AES256_GCM,data:x]\nsops: {mac: x}\n',
    },
    options: { playbookDir: 'bin', vaultPasswordFiles: ['pw'] },
  });
  assert.equal(inventory.reader, 'ansible-inventory 2.19');
  assert.deepEqual(names(inventory), ['z', 'nas-2', 'a-1', 'nas-1']);
  const host = inventory.hosts[2];
  assert.deepEqual(host?.groups, ['nas']);
  assert.deepEqual(inventory.hosts[3]?.groups, ['b', 'nas']);
  assert.equal(host?.variable('vip'), 'a-1');
  assert.equal(host?.variable('i'), 12345678901234567890n);
  assert.equal(String(host?.variable('hidden')), '[REDACTED]');
  assert.throws(() => host?.variable('v'), { message: /^ansible-inventory: v: Expected/ });
  assert.match(
    inventory.warnings.join('\n'),
    /^ansible-inventory: asked -i \S+\/hosts --playbook-dir \S+\/bin --vault-password-file pw --list and a line that goes on$/,
  );
});

test('what ansible-inventory complains of is quoted, without control characters', async () => {
  const program = "#!/bin/sh\nprintf 'ERROR! \\033[31mno such plugin\\n' >&2\nexit 1\n";
  await assert.rejects(load({ files: { hosts: 'a b=c\n', 'bin/ansible-inventory': program } }), {
    message:
      "ansible-inventory cannot read hosts (Ansible's INI format): ERROR!  [31mno such plugin",
  });
});

/** Says in a warning what stands in the file of `--vault-id` and who may read it. */
const VAULT_ID = `#!/bin/sh
case $* in *--version*) exit;; esac
for word; do case $word in default@*)
    echo "[WARNING]: $(cat "\${word#default@}") $(stat -c %a "\${word#default@}") \${word#default@}" >&2;;
esac; done
echo '{"_meta": {"hostvars": {}}, "all": {"children": ["ungrouped"]}, "ungrouped": {"hosts": ["a"]}}'
`;

test('a vault password that was typed is asked for once and given to Ansible in a file that is gone afterwards', async () => {
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true });
  await using directory = await TestDirectory.create({
    'bin/ansible-inventory': VAULT_ID,
    hosts: 'a\n',
    'group_vars/all.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
  });
  await chmod(directory.file('bin/ansible-inventory'), 0o755);
  const stdin = terminal();
  stdin.write('open sesame\n');
  const env = { PATH: `${directory.file('bin')}:/usr/bin:/bin` };
  const context = testContext({ cwd: directory.path, env, stdin, stderr: terminal() });
  const { warnings, hosts } = await loadInventory('hosts', { context, askVaultPass: true });
  assert.equal(hosts.length, 1);
  const [, file = ''] = /^ansible-inventory: open sesame 600 (\S+)$/.exec(warnings.join()) ?? [];
  assert.notEqual(file, '', warnings.join());
  await assert.rejects(stat(file), { code: 'ENOENT' });
});

test("a directory's .ini files, which older Ansible passes over without a word, are named", async () => {
  const files = {
    'inventory/hosts': 'a\n',
    'inventory/more.ini': '',
    'bin/ansible-inventory': ANSWER,
  };
  const newer = await load({ files });
  assert.doesNotMatch(newer.warnings.join(), /more\.ini/);
  const older = { ...files, 'bin/ansible-inventory': ANSWER.replace('2.19.11', '2.14.18') };
  assert.match(
    (await load({ files: older })).warnings.join('\n'),
    /^inventory\/more\.ini: left out by ansible-inventory 2\.14, as is every \.ini file of a directory: rename it$/m,
  );
  const config = '[inventory]\nignore_extensions = .md\n';
  const kept = await load({ files: { ...older, 'ansible.cfg': config } });
  assert.doesNotMatch(kept.warnings.join(), /more\.ini/);
});
