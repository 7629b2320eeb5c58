import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { test } from 'node:test';
import type { Inventory } from '../../../../deployer/inventory/inventory.ts';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../../../deployer/inventory/problem.ts';
import { showVariables } from '../../../../deployer/inventory/show-variables.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';
import { VALID } from './settings-rig.ts';

const INVENTORY = `${VALID}  hosts: {nas-1: }\n`;

async function load(
  config: string,
  setup: { inventory?: string; env?: Record<string, string>; files?: Record<string, string> } = {},
): Promise<Inventory> {
  const { inventory = INVENTORY, env = {}, files = {} } = setup;
  await using directory = await TestDirectory.create({
    'inventory.yaml': inventory,
    'ansible.cfg': config,
    ...files,
  });
  const context = testContext({ cwd: directory.path, home: directory.file('home'), env });
  const loaded = await loadInventory('inventory.yaml', { context });
  loaded.hosts[0]?.vars();
  return loaded;
}

async function connectionOf(...args: Parameters<typeof load>) {
  const [settings] = (await load(...args)).settings();
  assert.ok(settings !== undefined);
  return settings.connection;
}

const CONFIG = `[defaults]
remote_user = "admin"   ; who logs in
remote_port: 2222
private_key_file = keys/id_ed25519
timeout = 30
host_key_checking = False

[ssh_connection]
ssh_args = -F ssh_config
    -o ControlMaster=auto
# a comment
ssh_common_args = -J gate
retries = 3

[privilege_escalation]
become_method = sudo
become_flags = -H -S
become_ask_pass = yes
`;

test("ansible.cfg's login, ssh and become settings count where the inventory says nothing", async () => {
  const connection = await connectionOf(CONFIG);
  assert.equal(connection.user, 'admin');
  assert.equal(connection.port, 2222);
  assert.match(connection.privateKeyFile ?? '', /^\/.*\/keys\/id_ed25519$/);
  assert.equal(connection.connectTimeoutMs, 30_000);
  assert.equal(connection.connectRetries, 3);
  assert.deepEqual(connection.sshArgsBefore, ['-F', 'ssh_config', '-o', 'ControlMaster=auto']);
  assert.deepEqual(connection.sshArgs, ['-J', 'gate']);
  assert.equal(connection.become.asks, true);
});

test('a variable wins over ansible.cfg by any of its names, and the environment over the file', async () => {
  const inventory = `${VALID}  hosts: {nas-1: {ansible_ssh_user: own, ansible_port: ~}}\n`;
  const env = { ANSIBLE_REMOTE_PORT: '2200', ANSIBLE_TIMEOUT: '5', ANSIBLE_SSH_TIMEOUT: '7' };
  const connection = await connectionOf(CONFIG, { inventory, env });
  assert.equal(connection.user, 'own');
  assert.equal(connection.port, 2200);
  assert.equal(connection.connectTimeoutMs, 7000);
});

test('sudo and login passwords may come from the files that ansible.cfg names', async () => {
  const config = '[defaults]\nbecome_password_file = ~/sudo\nconnection_password_file = login\n';
  const files = { 'home/sudo': 'hush\n', login: 'hush-too\n' };
  const connection = await connectionOf(config, { files });
  assert.equal(connection.become.password?.reveal(), 'hush');
  assert.equal(connection.password?.reveal(), 'hush-too');
  const { hosts } = await load(config, { files });
  assert.doesNotMatch(hosts.map(showVariables).join(), /hush/);
});

test('a password file that is not there or empty is called what it is for', async () => {
  const env = { ANSIBLE_CONNECTION_PASSWORD_FILE: '/nope' };
  await assert.rejects(load('', { env }), {
    message: /^Cannot read the login password from \/nope \(ANSIBLE_CONNECTION_PASSWORD_FILE\): /,
  });
  const config = '[defaults]\nbecome_password_file = ./empty\n';
  await assert.rejects(load(config, { files: { empty: '\n' } }), {
    message: /^Expected a sudo password in \S+ \(become_password_file\), found nothing: /,
  });
});

test('host_key_checking = False is not followed, and one line says why', async () => {
  const { warnings } = await load(CONFIG);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /^ansible\.cfg:6: host_key_checking = False is not followed: .*StrictHostKeyChecking=accept-new$/,
  );
  const byEnv = await load('', { env: { ANSIBLE_HOST_KEY_CHECKING: '0' } });
  assert.match(byEnv.warnings.join(), /^ANSIBLE_HOST_KEY_CHECKING = 0 is not followed/);
  assert.deepEqual((await load('[defaults]\nhost_key_checking = True\n')).warnings, []);
});

test('indented keys are keys, and [DEFAULT] counts in every section, as in Python', async () => {
  const connection = await connectionOf(
    '[defaults]\n  host_key_checking = True\n  remote_user = admin\n[DEFAULT]\nretries = 4\nremote_user = x\n[ssh_connection]\n  ssh_args = -4\n    -v\n',
  );
  assert.equal(connection.user, 'admin');
  assert.deepEqual(connection.sshArgsBefore, ['-4', '-v']);
  assert.equal(connection.connectRetries, 4);
});

test('an ansible.cfg that Ansible cannot read is refused with the line', async () => {
  const wrong: [config: string, message: RegExp][] = [
    ['remote_user = a\n', /^ansible\.cfg:1:1: Expected a section such as \[defaults\] first/],
    ['[defaults\n', /^ansible\.cfg:1:1: Expected a section/],
    ['[a]\n[defaults\n', /^ansible\.cfg:2:1: Expected "key = value" or \[section\]/],
    ['[defaults]\nremote_user\n', /^ansible\.cfg:2:1: Expected "key = value"/],
    ['[defaults]\n= a\n', /^ansible\.cfg:2:1: Expected "key = value"/],
    [
      '[defaults]\na = 1\nA: 2\n',
      /^ansible\.cfg:3:1: Expected each key once in a section, found a/,
    ],
    ['[a]\n[b]\n[a]\n', /^ansible\.cfg:3:1: Expected each section once, found \[a\] again/],
  ];
  for (const [config, message] of wrong) await assert.rejects(load(config), { message });
});

test('a setting that is wrong or not supported is refused at its place, under its own name', async () => {
  const wrong: [config: string, message: string | RegExp][] = [
    [
      '[defaults]\ntransport = paramiko\n',
      /^ansible\.cfg:2:1: transport: Expected ssh, smart or local, found "paramiko", which is not supported/,
    ],
    [
      '[privilege_escalation]\nbecome_method = doas\n',
      /^ansible\.cfg:2:1: become_method: .* found "doas"/,
    ],
    [
      '[defaults]\n\nremote_port = x\n',
      /^ansible\.cfg:3:1: remote_port: Expected a whole number, found "x"/,
    ],
    [
      '[ssh_connection]\nssh_executable = /opt/ssh/bin/ssh\n',
      /^ansible\.cfg:2:1: ssh_executable: .* found "\/opt\/ssh\/bin\/ssh"/,
    ],
  ];
  for (const [config, message] of wrong) {
    const inventory = await load(config);
    assert.throws(
      () => inventory.settings(),
      (error: unknown) => {
        assert.ok(error instanceof InventoryError);
        assert.match(error.message, new RegExp(message));
        return true;
      },
    );
  }
});

test('inventory HOST shows where each setting comes from', async () => {
  const { hosts } = await load(CONFIG, { env: { ANSIBLE_REMOTE_PORT: '2200' } });
  const shown = hosts.map(showVariables).join();
  assert.match(shown, /^ {2}ansible_user: "admin" {3}ansible\.cfg:2:1 \(remote_user\)$/m);
  assert.match(shown, /^ {2}ansible_port: "2200" {3}ANSIBLE_REMOTE_PORT$/m);
  const own = await load(CONFIG, {
    inventory: `${VALID}  hosts: {nas-1: {ansible_ssh_user: own}}\n`,
  });
  assert.doesNotMatch(own.hosts.map(showVariables).join(), /ansible_user/);
});

test('an ansible.cfg in a directory that everyone may write to is not read, and that is said', async () => {
  await using directory = await TestDirectory.create({
    'inventory.yaml': INVENTORY,
    'ansible.cfg': '[defaults]\nremote_user = intruder\n',
  });
  await chmod(directory.path, 0o777);
  const context = testContext({ cwd: directory.path });
  const inventory = await loadInventory('inventory.yaml', { context });
  assert.equal(inventory.settings()[0]?.connection.user, undefined);
  assert.match(inventory.warnings.join(), /^ansible\.cfg: not read, as everyone may write/);
});
