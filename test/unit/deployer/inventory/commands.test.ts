import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { execa } from 'execa';
import { deployArgv } from '../../../support/deploy.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

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

async function deploy(directory: TestDirectory, args: readonly string[]) {
  const [node = '', ...rest] = deployArgv([...args]);
  const { stdout, stderr, exitCode } = await execa(node, rest, {
    cwd: directory.path,
    reject: false,
    stripFinalNewline: false,
  });
  return { stdout, stderr, exitCode };
}

test('render prints every configuration and masks the secrets', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': INVENTORY });
  const { stdout, stderr, exitCode } = await deploy(directory, ['render']);
  assert.equal(exitCode, 0);
  assert.match(
    stdout,
    /^--- # nas-1\n# Managed by [\s\S]*server_id: "nas-1"\napi_key: "\[REDACTED\]"\n[\s\S]*--- # nas-2\n/,
  );
  assert.equal(stderr, 'Secrets are masked: --show-secrets prints them, --out DIR writes them\n');
  const one = await deploy(directory, ['render', 'nas-2', '--show-secrets']);
  assert.match(one.stdout, /^# Managed by [\s\S]*server_id: "nas-2"\napi_key: "hush-key"\n/);
  assert.equal(one.stderr, '');
});

test('render --out writes files that only their owner can read, over whatever stood there', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': INVENTORY });
  await mkdir(directory.file('out/nas-1'), { recursive: true });
  await writeFile(directory.file('out/nas-1/config.yaml'), 'old', { mode: 0o644 });
  await chmod(directory.file('out/nas-1/config.yaml'), 0o644);
  const { stdout, exitCode } = await deploy(directory, ['render', '--out', 'out']);
  assert.equal(exitCode, 0);
  assert.equal(stdout, 'out/nas-1/config.yaml\nout/nas-2/config.yaml\n');
  for (const host of ['nas-1', 'nas-2']) {
    const file = directory.file(`out/${host}/config.yaml`);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.match(await readFile(file, 'utf8'), /api_key: "hush-key"/);
  }
});

test('inventory shows the groups with their hosts', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': INVENTORY });
  const { stdout } = await deploy(directory, ['inventory']);
  assert.equal(
    stdout,
    'inventory.yaml: 2 hosts\nall (2 hosts)\n  nas (2 hosts)\n    nas-1\n    nas-2\n  empty (0 hosts)\n',
  );
});

test('inventory HOST shows each variable with its value and place, and no secret', async () => {
  await using directory = await TestDirectory.create({
    'inventory.yaml': INVENTORY,
    'host_vars/nas-1.yml': 'broken: "{{ nowhere }}"\n',
  });
  const { stdout } = await deploy(directory, ['inventory', 'nas-1']);
  assert.equal(
    stdout,
    `nas-1 (nas)
  ansible_host: "nas-1.home.lan"   inventory.yaml:9:35
  broken: (Expected a variable that is set, found none called nowhere: set it, or write {{ nowhere | default('...') }})   host_vars/nas-1.yml:1:9
  homelab_agent_api_key: [REDACTED]   inventory.yaml:4:28
  homelab_agent_hub_url: "http://hub.home.lan:8080"   inventory.yaml:3:28
  users: {"bob":{"password":"[REDACTED]","shell":"/bin/sh"}}   inventory.yaml:5:12
`,
  );
});

test('--list-hosts prints the servers that a command would work on, and does nothing else', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': INVENTORY });
  const push = await deploy(directory, ['push', '--all', '--limit', '!nas-1', '--list-hosts']);
  assert.deepEqual(push, { stdout: 'nas-2\n', stderr: '', exitCode: 0 });
  const all = await deploy(directory, ['inventory', '--list-hosts']);
  assert.deepEqual(all, { stdout: 'nas-1\nnas-2\n', stderr: '', exitCode: 0 });
});

test('several sources, variables of the command line and the origin of the inventory are shown', async () => {
  await using directory = await TestDirectory.create({
    'ansible.cfg': '[defaults]\ninventory = one.yaml, two.yaml\nremote_user = admin\n',
    'one.yaml': 'nas: {hosts: {nas-1: }}\n',
    'two.yaml': 'nas: {hosts: {nas-2: }}\n',
  });
  const { stdout } = await deploy(directory, ['inventory']);
  assert.match(stdout, /^one\.yaml, two\.yaml \(ansible\.cfg:2:1\): 2 hosts\n/);
  const host = await deploy(directory, ['inventory', 'nas-2', '-e', 'x=1', '-i', 'two.yaml']);
  assert.equal(
    host.stdout,
    'nas-2 (nas)\n  ansible_user: "admin"   ansible.cfg:3:1 (remote_user)\n  x: "1"   -e\n',
  );
});
