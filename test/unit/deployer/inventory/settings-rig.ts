import assert from 'node:assert/strict';
import type { Inventory } from '../../../../deployer/inventory/inventory.ts';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../../../deployer/inventory/problem.ts';
import type { HostSettings } from '../../../../deployer/inventory/settings/host-settings.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

/** An inventory's head with all that has to be there. */
export const VALID = `all:
  vars:
    homelab_agent_hub_url: http://hub.home.lan:8080
    homelab_agent_api_key: abc123
`;

export async function inventoryOf(text: string): Promise<Inventory> {
  await using directory = await TestDirectory.create({ 'inventory.yaml': text });
  return await loadInventory('inventory.yaml', {
    context: testContext({ cwd: directory.path, home: '/home/me' }),
  });
}

export async function allSettingsOf(text: string): Promise<HostSettings[]> {
  return (await inventoryOf(text)).settings();
}

/** The settings of the first host. */
export async function settingsOf(text: string): Promise<HostSettings> {
  const [first] = await allSettingsOf(text);
  assert.ok(first !== undefined);
  return first;
}

/** What is said of an inventory whose settings are refused. */
export async function messageOf(text: string): Promise<string> {
  const inventory = await inventoryOf(text);
  try {
    inventory.settings();
  } catch (error) {
    assert.ok(error instanceof InventoryError);
    assert.equal(error.exitCode, 2);
    return error.message;
  }
  return assert.fail('Expected the settings to be refused');
}
