import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inventoryNames } from '../../../../deployer/inventory/inventory-names.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

test('inventoryNames() names groups and hosts, and needs no vault password', async () => {
  await using directory = await TestDirectory.create({
    'inventory.yaml': 'all: {children: {nas: {hosts: {"nas-[1:2]": {key: !vault x}, nas: }}}}\n',
    'group_vars/all.yml': '$ANSIBLE_VAULT;1.1;AES256\n61\n',
  });
  assert.deepEqual(await inventoryNames(testContext({ cwd: directory.path }), ['inventory.yaml']), [
    ...['all', 'ungrouped', 'nas', 'nas-1', 'nas-2'],
  ]);
});
