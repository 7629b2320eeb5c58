import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { test } from 'node:test';
import {
  type EditedVariable,
  planHostEdit,
} from '../../../../../deployer/inventory/edit/host-edit.ts';
import type { EditedValue } from '../../../../../deployer/inventory/edit/rendered-value.ts';
import { loadInventory } from '../../../../../deployer/inventory/load-inventory.ts';
import { Secret } from '../../../../../deployer/inventory/secret.ts';
import { encrypt } from '../../../../../deployer/inventory/vault/encrypt.ts';
import { testContext } from '../../../../support/test-context.ts';
import { TestDirectory } from '../../../../support/test-directory.ts';

const INVENTORY = 'all:\n  hosts:\n    nas-1:\n    nas-2:\n';
const PASSWORD = { password: 'open sesame\n' };

function vaulted(text: string): string {
  return `${encrypt(text, { label: 'default', password: Buffer.from('open sesame') }).join('\n')}\n`;
}

async function plan(
  directory: TestDirectory,
  values: Record<string, EditedValue>,
  playbookDir?: string,
) {
  const context = testContext({ cwd: directory.path, home: directory.path });
  const vaultPasswordFiles = (await readdir(directory.path)).filter(name => name === 'password');
  const options = { context, vaultPasswordFiles, playbookDir };
  if (playbookDir !== undefined) await mkdir(directory.file(playbookDir), { recursive: true });
  const inventory = await loadInventory('inventory.yaml', options);
  return planHostEdit(inventory, 'nas-1', values);
}

/** Plans and writes. @returns what was shown */
async function edit(
  directory: TestDirectory,
  values: Record<string, EditedValue>,
  playbookDir?: string,
): Promise<readonly EditedVariable[]> {
  const planned = await plan(directory, values, playbookDir);
  assert.ok(planned.kind === 'edit', JSON.stringify(planned));
  await planned.write();
  return planned.changes;
}

/** What the inventory says of the host after the edit. */
async function variable(directory: TestDirectory, name: string): Promise<unknown> {
  const context = testContext({ cwd: directory.path, home: directory.path });
  const options = { context, vaultPasswordFiles: ['password'] };
  const value = (await loadInventory('inventory.yaml', options)).hosts[0]?.variable(name);
  return value instanceof Secret ? `secret ${value.reveal()}` : value;
}

test('a host without a file of its own gets host_vars/NAME.yml beside the inventory', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': INVENTORY });
  const changes = await edit(directory, { homelab_agent_server_id: '198-18-1-11' });
  assert.deepEqual(changes, [
    {
      name: 'homelab_agent_server_id',
      file: 'host_vars/nas-1.yml',
      before: null,
      after: '"198-18-1-11"',
    },
  ]);
  const text = await readFile(directory.file('host_vars/nas-1.yml'), 'utf8');
  assert.equal(text, '---\nhomelab_agent_server_id: "198-18-1-11"\n');
});

for (const [files, target] of [
  [{ 'host_vars/nas-1.yml': 'b: 1\n' }, 'host_vars/nas-1.yml'],
  [{ 'host_vars/nas-1.yaml': 'b: 1\n' }, 'host_vars/nas-1.yaml'],
  [{ 'host_vars/nas-1': 'b: 1\n', 'host_vars/nas-1.yml': 'b: 2\n' }, 'host_vars/nas-1'],
  [
    { 'host_vars/nas-1/a.yml': 'b: 1\n', 'host_vars/nas-1/b.yml': 'c: 1\n' },
    'host_vars/nas-1/b.yml',
  ],
  [
    { 'host_vars/nas-1/a.yml': 'a: 1\n', 'host_vars/nas-1/b.yml': 'c: 1\n' },
    'host_vars/nas-1/a.yml',
  ],
  [{ 'play/host_vars/nas-1.yml': 'b: 1\n' }, 'play/host_vars/nas-1.yml'],
  [
    { 'host_vars/nas-1.yml': 'a: 1\n', 'play/host_vars/nas-1.yml': 'a: 2\n' },
    'play/host_vars/nas-1.yml',
  ],
  [{ 'inventory.yaml': INVENTORY.replace('nas-1:', 'nas-1:\n      a: 1') }, 'inventory.yaml'],
  [
    { 'inventory.yaml': INVENTORY.replace('nas-1:', 'nas-[1:1]:\n      a: 1') },
    'host_vars/nas-1.yml',
  ],
  [{ 'group_vars/all.yml': 'a: 1\n' }, 'host_vars/nas-1.yml'],
  [
    {
      'host_vars/nas-1/vault.yml': vaulted('b: 1\n'),
      'host_vars/nas-1/a.yml': 'c: 1\n',
      ...PASSWORD,
    },
    'host_vars/nas-1/a.yml',
  ],
] as const) {
  test(`the file that Ansible reads for the host is edited: ${Object.keys(files).join(', ')}`, async () => {
    const indented = Object.entries(files).map(([name, text]) => [
      name,
      text.replace('\n      a: 1', '\n        a: 1'),
    ]);
    await using directory = await TestDirectory.create({
      'inventory.yaml': INVENTORY,
      ...Object.fromEntries(indented),
    });
    const [change] = await edit(directory, { a: 'x' }, 'play');
    assert.equal(change?.file, target);
    const context = testContext({ cwd: directory.path, home: directory.path });
    const options = { context, playbookDir: 'play', vaultPasswordFiles: ['password'] };
    assert.equal((await loadInventory('inventory.yaml', options)).hosts[0]?.variable('a'), 'x');
  });
}

test('an empty directory of the host hides no new file', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': INVENTORY, ...PASSWORD });
  await mkdir(directory.file('host_vars/nas-1'), { recursive: true });
  await edit(directory, { a: 'x' });
  assert.equal(await variable(directory, 'a'), 'x');
});

test('a secret is written vaulted, and shown nowhere', async () => {
  await using directory = await TestDirectory.create({
    'inventory.yaml': INVENTORY,
    'host_vars/nas-1.yml': '# mine\nhomelab_agent_api_token: old\n',
    ...PASSWORD,
  });
  const changes = await edit(directory, { homelab_agent_api_token: new Secret('hlh_ag_1') });
  assert.deepEqual(
    changes.map(({ before, after }) => [before, after]),
    [['[REDACTED]', '[REDACTED]']],
  );
  const text = await readFile(directory.file('host_vars/nas-1.yml'), 'utf8');
  assert.match(
    text,
    /^# mine\nhomelab_agent_api_token: !vault \|\n {2}\$ANSIBLE_VAULT;1\.1;AES256\n/,
  );
  assert.equal(await variable(directory, 'homelab_agent_api_token'), 'secret hlh_ag_1');
});

test('without a vault password no secret is written, and nothing else', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': INVENTORY });
  const planned = await plan(directory, { a: 'x', token: new Secret('hlh_ag_1') });
  assert.ok(planned.kind === 'lines');
  assert.match(planned.reason, /^Expected a vault password .* found none: give --vault-password/);
  assert.doesNotMatch(JSON.stringify(planned), /hlh_ag_1/);
  assert.deepEqual(await readdir(directory.path), ['inventory.yaml']);
});

test('if the file is encrypted as a whole, the lines are given instead, secrets vaulted', async () => {
  for (const file of ['host_vars/nas-1.yml', 'host_vars/nas-1/vault.yml']) {
    await using directory = await TestDirectory.create({
      'inventory.yaml': INVENTORY,
      [file]: vaulted('a: 1\n'),
      ...PASSWORD,
    });
    const planned = await plan(directory, { a: 'x', token: new Secret('hlh_ag_1') });
    assert.ok(planned.kind === 'lines');
    assert.match(planned.reason, new RegExp(`encrypted as a whole: .*ansible-vault edit ${file}`));
    assert.match(planned.lines, /^a: x\ntoken: !vault \|\n {2}\$ANSIBLE_VAULT/);
  }
});

test('a file keeps its mode, a link stays one, and two hosts of one file are both written', async () => {
  const both = INVENTORY.replaceAll(/nas-\d:/g, '$&\n        a: old # here');
  await using directory = await TestDirectory.create({ 'real.yaml': both });
  await chmod(directory.file('real.yaml'), 0o640);
  await symlink('real.yaml', directory.file('inventory.yaml'));
  const context = testContext({ cwd: directory.path, home: directory.path });
  const inventory = await loadInventory('inventory.yaml', { context });
  const plans = await Promise.all(
    ['nas-1', 'nas-2'].map(host => planHostEdit(inventory, host, { a: host })),
  );
  for (const planned of plans) {
    assert.ok(planned.kind === 'edit');
    await planned.write();
  }
  assert.ok((await lstat(directory.file('inventory.yaml'))).isSymbolicLink());
  assert.equal((await stat(directory.file('real.yaml'))).mode & 0o777, 0o640);
  assert.equal(
    await readFile(directory.file('real.yaml'), 'utf8'),
    INVENTORY.replaceAll(/(nas-\d):/g, '$&\n        a: $1 # here'),
  );
});
