import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import {
  type Answers,
  groupsByName,
  parseHosts,
} from '../../../../../deployer/commands/init/answers.ts';
import { planFiles } from '../../../../../deployer/commands/init/plan-files.ts';
import { renderInventory } from '../../../../../deployer/commands/init/render-inventory.ts';
import { loadInventory } from '../../../../../deployer/inventory/load-inventory.ts';
import { encrypt } from '../../../../../deployer/inventory/vault/encrypt.ts';
import { testContext } from '../../../../support/test-context.ts';
import { TestDirectory } from '../../../../support/test-directory.ts';

const PASSWORD = { label: 'default', password: Buffer.from('open sesame') };
const HOSTS = ['nas-[1:2]', 'on-1', 'gate=192.0.2.1:2222', '123'].flatMap(parseHosts);
const ANSWERS: Answers = {
  hubUrl: 'http://hub.home.lan:8080',
  credential: { kind: 'key', key: encrypt('the-key', PASSWORD) },
  user: 'admin',
  hosts: HOSTS,
  groups: groupsByName(HOSTS),
};
const TO = {
  ...{ cwd: '/here', path: '/here/inventory.yaml', shown: 'inventory.yaml' },
  ...{ again: {}, mayConfigure: true, configured: undefined },
};
const VAULT = {
  password: PASSWORD,
  file: '~/vp',
  made: undefined,
  options: '--vault-password-file ~/vp',
};

async function load(answers: Answers) {
  await using directory = await TestDirectory.create({
    'inventory.yaml': renderInventory(answers),
    'vault-password': 'open sesame\n',
  });
  const options = { context: testContext({ cwd: directory.path }) };
  return await loadInventory('inventory.yaml', {
    ...options,
    vaultPasswordFiles: ['vault-password'],
  });
}

test('the inventory that is written is read without a warning, with every answer in it', async () => {
  const inventory = await load(ANSWERS);
  assert.deepEqual(inventory.warnings, []);
  const fleet = inventory.settings();
  assert.deepEqual(fleet.map(({ name }) => name).sort(), HOSTS.map(({ name }) => name).sort());
  const gate = fleet.find(({ name }) => name === 'gate');
  assert.deepEqual([gate?.connection.host, gate?.connection.port], ['192.0.2.1', 2222]);
  assert.ok(fleet.every(({ config }) => config.api_key?.reveal() === 'the-key'));
  assert.ok(fleet.every(({ connection }) => connection.user === 'admin'));
  assert.deepEqual(
    inventory.groups.filter(({ name }) => name === 'nas').map(({ hosts }) => hosts),
    [['nas-1', 'nas-2']],
  );
});

test('the key never stands in it in the clear, and with tokens stays with the deployer', async () => {
  assert.doesNotMatch(renderInventory(ANSWERS), /the-key/);
  const key = encrypt('the-key', PASSWORD);
  const inventory = await load({ ...ANSWERS, credential: { kind: 'tokens', key } });
  const [host] = inventory.settings(inventory.hosts, { needsCredential: false });
  assert.equal(host?.hub.apiKey?.reveal(), 'the-key');
  assert.equal(host?.config.api_key, undefined);
});

test('without a key and a user the inventory says how to set them', async () => {
  const text = renderInventory({ ...ANSWERS, credential: { kind: 'none' }, user: undefined });
  assert.match(text, /ansible-vault encrypt_string --name homelab_agent_api_key/);
  assert.match(text, /# ansible_user: admin/);
});

test('what is written is short, in lines of at most 120 columns, and fits its JSON Schema', async () => {
  const text = renderInventory({ ...ANSWERS, hubCaFile: '/home/me/ca.pem' });
  assert.ok(text.split('\n').every(line => line.length <= 120 && line === line.trimEnd()));
  assert.ok(text.split('\n').length < 70);
  const root = join(import.meta.dirname, '../../../../..');
  const schema = await readFile(join(root, 'deployer/inventory/inventory.schema.json'), 'utf8');
  const check = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(schema));
  assert.equal(check(parse(text, { logLevel: 'silent' })), true, JSON.stringify(check.errors));
});

test('an ansible.cfg names the vault password where it hides none, else the next commands do', () => {
  const plan = planFiles(ANSWERS, VAULT, TO);
  assert.deepEqual(
    plan.files.map(({ path }) => path),
    ['/here/ansible.cfg', '/here/inventory.yaml'],
  );
  assert.match(plan.files[0]?.text ?? '', /^\[defaults\]\nvault_password_file = ~\/vp$/m);
  assert.match(plan.files[0]?.text ?? '', /^\[connection\]\n.*\npipelining = true$/m);
  assert.deepEqual(
    plan.next.map(([command]) => command),
    ['homelab-deploy doctor', 'homelab-deploy push --all'],
  );
  const again = { inventory: ['my hosts.yaml'], askBecomePass: true };
  const there = { ...TO, mayConfigure: false, configured: '~/.ansible.cfg', again };
  const other = planFiles(ANSWERS, VAULT, there);
  assert.equal(other.files.length, 1);
  assert.equal(
    other.next[0]?.[0],
    "homelab-deploy doctor -i 'my hosts.yaml' -K --vault-password-file ~/vp",
  );
  assert.match(other.notes.join(), /vault_password_file = ~\/vp.*~\/\.ansible\.cfg/);
});

test('with tokens the next command enrolls the servers', () => {
  const credential = { kind: 'tokens', key: [] } as const;
  const plan = planFiles({ ...ANSWERS, credential }, VAULT, TO);
  assert.equal(plan.next[0]?.[0], 'homelab-deploy enroll --all');
});
