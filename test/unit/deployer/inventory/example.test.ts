import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { renderHost } from '../../../../deployer/plan/config-yaml.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

const root = join(import.meta.dirname, '../../../..');
const example = await readFile(join(root, 'inventory.example.yaml'), 'utf8');

test('inventory.example.yaml has eleven servers of three kinds, and renders once the key is put in', async () => {
  await using directory = await TestDirectory.create({
    'inventory.yaml': example.replace('put-the-api-key-of-your-hub-here', 'abc123'),
  });
  const inventory = await loadInventory('inventory.yaml', {
    context: testContext({ cwd: directory.path }),
  });
  assert.deepEqual(inventory.warnings, []);
  assert.deepEqual(
    inventory.hosts.map(({ name }) => name),
    [
      'nas-1',
      'nas-2',
      'nas-3',
      'pi-1',
      'pi-2',
      'pi-3',
      'pi-4',
      'minipc-1',
      'minipc-2',
      'minipc-3',
      'minipc-4',
    ],
  );
  for (const settings of inventory.settings()) {
    assert.equal(settings.connection.host, `${settings.name}.home.lan`);
    assert.match(
      renderHost(settings)['config.yaml'],
      new RegExp(`^server_id: "${settings.name}"$`, 'm'),
    );
  }
});

test('inventory.example.yaml is refused as it is, with one message for all servers', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': example });
  const inventory = await loadInventory('inventory.yaml', {
    context: testContext({ cwd: directory.path }),
  });
  assert.throws(() => inventory.settings(), {
    message:
      /^inventory\.yaml:\d+:\d+: homelab_agent_api_key: .* found the placeholder of the example: .* \(nas-1, nas-2 and 9 more\)$/,
  });
});

test('every commented line of inventory.example.yaml that sets a variable sets one that is known', async () => {
  const set = [...example.matchAll(/^\s*(?:# )?(homelab_agent_\w+):/gm)].map(([, name]) => name);
  assert.ok(set.length >= 5);
  const schema = JSON.parse(
    await readFile(join(root, 'deployer/inventory/inventory.schema.json'), 'utf8'),
  );
  const known = Object.keys(schema.definitions.variables.properties);
  assert.deepEqual(
    set.filter(name => !known.includes(String(name))),
    [],
  );
});

test('inventory.example.yaml is what its JSON Schema describes, and a misspelled variable is not', async () => {
  const schema = JSON.parse(
    await readFile(join(root, 'deployer/inventory/inventory.schema.json'), 'utf8'),
  );
  const check = new Ajv({ allowUnionTypes: true }).compile(schema);
  assert.equal(check(parse(example)), true, JSON.stringify(check.errors));
  assert.equal(
    check(parse(example.replace('homelab_agent_hub_url', 'homelab_agent_hub_ulr'))),
    false,
  );
});
