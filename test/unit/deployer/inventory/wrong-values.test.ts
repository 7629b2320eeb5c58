import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../../../deployer/inventory/problem.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';
import { wrongInventory, wrongValues } from '../../../support/wrong-values.ts';

test('settings() refuses every wrong value by the name of its variable, and no right one', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': wrongInventory() });
  const inventory = await loadInventory(directory.file('inventory.yaml'), {
    context: testContext(),
  });
  const refused = inventory.hosts.map(host => {
    try {
      host.settings();
      return [host.name, 'taken'];
    } catch (error) {
      if (!(error instanceof InventoryError)) throw error;
      return [host.name, error.problems[0]?.key];
    }
  });
  assert.deepEqual(refused, [
    ['right', 'taken'],
    ...wrongValues.map(({ host, variable }) => [host, variable]),
  ]);
});
