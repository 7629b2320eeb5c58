import type { Context } from '../context.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load-inventory.ts';
import type { FleetOptions } from './fleet-options.ts';

/** The inventory that a command was told to work on; its warnings go to the screen. Throws as loadInventory does. */
export async function openInventory(context: Context, options: FleetOptions): Promise<Inventory> {
  const inventory = await loadInventory(options.inventory, {
    context,
    vaultIds: options.vaultId,
    vaultPasswordFiles: options.vaultPasswordFile,
    askVaultPass: options.askVaultPass,
  });
  for (const warning of inventory.warnings) context.stderr.write(`Warning: ${warning}\n`);
  return inventory;
}
