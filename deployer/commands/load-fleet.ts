import { CommanderError } from 'commander';
import type { Context } from '../context.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { InventoryHost } from '../inventory/inventory-host.ts';
import { loadInventory } from '../inventory/load-inventory.ts';
import { readLimit } from '../inventory/patterns/read-limit.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { missingKeyFiles } from '../inventory/settings/missing-key-files.ts';
import { inventorySources } from '../inventory/sources/find-sources.ts';
import { UsageError, UserError } from '../lib/errors.ts';
import type { FleetOptions } from './fleet-options.ts';

export interface Selection extends FleetOptions {
  readonly all?: boolean;
  /** A pattern that the chosen servers have to match as well. */
  readonly limit?: string;
  /** Of the chosen servers, only those of these names, which may be none. */
  readonly among?: ReadonlySet<string>;
}

/**
 * The checked settings of the servers that a command is to work on. Without `--all` or a pattern that is none, and
 * an error: servers are never changed by an incomplete command line.
 */
export async function loadFleet(
  context: Context,
  patterns: readonly string[],
  options: Selection,
): Promise<HostSettings[]> {
  const { inventory, hosts } = await chooseHosts(context, patterns, options);
  const settings = inventory.settings(hosts);
  for (const warning of await missingKeyFiles(settings)) warn(context, warning);
  return settings;
}

/** The inventory, and the chosen hosts, whose settings are not checked yet. Throws as loadFleet does. */
export async function chooseHosts(
  context: Context,
  patterns: readonly string[],
  options: Selection,
): Promise<{ inventory: Inventory; hosts: InventoryHost[] }> {
  if (patterns.length === 0 && !options.all) {
    throw new UsageError('Expected hosts, groups or --all, found none: nothing was touched');
  }
  if (patterns.length > 0 && options.all) {
    throw new UsageError('Expected --all or a pattern, found both: nothing was touched');
  }
  const inventory = await openInventory(context, options);
  const chosen = options.all ? inventory.hosts : inventory.select(patterns);
  const within =
    options.limit === undefined
      ? chosen
      : inventory.select(await readLimit(options.limit, context.cwd));
  const matching = chosen.filter(host => within.includes(host));
  if (chosen.length === 0) {
    throw new UserError(
      `Expected hosts in ${inventory.file}, found none: add them, in YAML such as "all: {hosts: {nas-1: {ansible_host: 192.168.1.10}}}"`,
    );
  }
  if (matching.length === 0) {
    throw new UsageError(
      `Expected ${options.all ? 'a host' : `some of ${patterns.join(' ')}`} to match --limit ${options.limit}, found none: nothing was touched`,
    );
  }
  const { among } = options;
  const hosts = among === undefined ? matching : matching.filter(({ name }) => among.has(name));
  if (options.listHosts) {
    context.stdout.write(hosts.map(({ name }) => `${name}\n`).join(''));
    // As commander itself ends after --help and --version.
    throw new CommanderError(0, 'homelab-deploy.listHosts', '(hosts listed)');
  }
  return { inventory, hosts };
}

/** The inventory that a command works on; its warnings go to the screen. Throws as loadInventory does. */
export async function openInventory(context: Context, options: FleetOptions): Promise<Inventory> {
  const inventory = await loadInventory(options.inventory ?? [], {
    context,
    playbookDir: options.playbookDir,
    extraVars: options.extraVars,
    vaultIds: options.vaultId,
    vaultPasswordFiles: options.vaultPasswordFile,
    askVaultPass: options.askVaultPass,
  });
  for (const warning of inventory.warnings) warn(context, warning);
  if (inventory.reader !== undefined) {
    context.stderr.write(`${inventory.file}: read by ${inventory.reader}\n`);
  }
  return inventory;
}

function warn({ stderr }: Context, warning: string): void {
  stderr.write(`Warning: ${warning}\n`);
}

/** Which inventory a command means, without reading it. */
export async function inventoryId(context: Context, options: FleetOptions): Promise<string> {
  return (await inventorySources(context, options.inventory ?? [])).map(({ path }) => path).join();
}

/** The same as messages name it. */
export async function inventoryName(context: Context, options: FleetOptions): Promise<string> {
  const sources = await inventorySources(context, options.inventory ?? []);
  return sources.map(({ shown }) => shown).join(', ');
}
