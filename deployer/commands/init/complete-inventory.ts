import type { Context } from '../../context.ts';
import type { AnsibleSettings } from '../../inventory/config/settings.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { InventoryGroup } from '../../inventory/inventory-group.ts';
import { loadInventory } from '../../inventory/load-inventory.ts';
import { UsageError, UserError } from '../../lib/errors.ts';
import { askLine } from '../../ui/ask-line.ts';
import { confirm, isTerminal } from '../../ui/confirm.ts';
import { repeatedOptions } from '../../ui/repeated-options.ts';
import { serversOf } from '../access.ts';
import { openInventory } from '../load-fleet.ts';
import type { ChosenCredential } from './answers.ts';
import { checkServers } from './check-servers.ts';
import {
  type Addition,
  type GroupEdit,
  groupNamed,
  type Missing,
  missingIn,
  planGroupEdit,
  shownAddition,
} from './existing-inventory.ts';
import { chooseHub } from './hub-choice.ts';
import { type InitFlags, parsed, requireFlags } from './init-flags.ts';
import { choosesTokens } from './new-inventory.ts';
import { type InitPlan, nextCommands, type Places, planVault } from './plan-files.ts';
import { askForVault, closeKey, type VaultChoice, vaultGiven } from './vault-choice.ts';

/** What is written for an existing inventory: new files, and lines at the end of one that is there. */
export interface Completion extends InitPlan {
  readonly kind: 'completion';
  readonly append: Extract<GroupEdit, { kind: 'append' }> | undefined;
}

/** Of an inventory that lacks nothing. */
export interface Complete {
  readonly kind: 'complete';
  /** The servers whose host keys are still not known. */
  readonly unknownKeys: readonly string[];
}

interface About {
  readonly settings: AnsibleSettings;
  readonly places: Places;
}

/**
 * Asks for what the hosts of one group lack, checks it and the servers, and plans the file for it. Writes nothing but
 * host keys that a person accepts.
 */
export async function planCompletedInventory(
  context: Context,
  flags: InitFlags,
  { settings, places }: About,
): Promise<Completion | Complete> {
  refuseFlags(flags);
  const inventory = await openInventory(context, flags);
  const group = await chooseGroup(context, flags, inventory);
  const missing = missingIn(group);
  if (!missing.hubUrl && !missing.credential) {
    // The host keys of a complete inventory may still be unknown here.
    const unknownKeys = flags.offline ? [] : await checkGroup(context, flags, group.name, {});
    return { kind: 'complete', unknownKeys };
  }
  const given = missing.credential ? await vaultGiven(context, flags, settings) : undefined;
  if (!isTerminal(context)) requireFlags(missingFlags(flags, missing, given));
  const { addition, vault } = await fill(context, flags, { group, missing, given });
  if (!flags.offline) await checkGroup(context, flags, group.name, addition);
  const edit = await planGroupEdit(inventory, group.name, addition);
  if (edit.kind === 'append') await requireConsent(context, edit.shown, addition);
  const around = planVault(vault, places);
  const kind = addition.credential?.kind ?? (usesTokens(group) ? 'tokens' : 'key');
  return {
    kind: 'completion',
    files: [...around.files, ...(edit.kind === 'new' ? [edit.file] : [])],
    append: edit.kind === 'append' ? edit : undefined,
    // Without a key of its own, what the inventory has vaulted already is opened as it was now.
    next: nextCommands(
      { kind },
      vault === undefined ? repeatedOptions(places.again) : around.options,
    ),
    notes: around.notes,
  };
}

/** The hub's address and key as far as they are missing, the key encrypted. */
async function fill(
  context: Context,
  flags: InitFlags,
  about: {
    readonly group: InventoryGroup;
    readonly missing: Missing;
    readonly given: VaultChoice | undefined;
  },
): Promise<{ addition: Addition; vault: VaultChoice | undefined }> {
  const { group, missing, given } = about;
  const set = group.allHosts[0]?.variable('homelab_agent_hub_url');
  const hub = await chooseHub(context, {
    ...flags,
    ...(missing.hubUrl || typeof set !== 'string' ? {} : { hub: set }),
    apiKey: missing.credential && flags.apiKey,
  });
  const hubUrl = missing.hubUrl ? hub.url : undefined;
  const addition = { hubUrl, hubCaFile: flags.hubCaFile, credential: undefined };
  if (hub.key === undefined) return { addition, vault: undefined };
  const isTokens = await choosesTokens(context, flags);
  const vault = given ?? (await askForVault(context));
  const key = closeKey(hub.key, vault);
  const credential: ChosenCredential = { kind: isTokens ? 'tokens' : 'key', key };
  return { addition: { ...addition, credential }, vault };
}

function refuseFlags({ host, user }: InitFlags): void {
  const found = [
    ...(host === undefined ? [] : ['--host']),
    ...(user === undefined ? [] : ['--user']),
  ];
  if (found.length === 0) return;
  throw new UsageError(
    `Expected a new file, found an existing inventory, in which ${found.join(' and ')} would change what is there: name a new file with -i, or leave the option out`,
  );
}

async function chooseGroup(
  context: Context,
  { group }: InitFlags,
  inventory: Inventory,
): Promise<InventoryGroup> {
  if (group !== undefined) {
    const [name = '', ...more] = group;
    if (more.length === 0) return groupNamed(inventory, name);
    return parsed('--group', () => {
      throw new RangeError(`Expected one group of the inventory, found ${group.join(' and ')}`);
    });
  }
  if (!isTerminal(context)) return groupNamed(inventory, 'all');
  const names = inventory.groups.filter(each => each.allHosts.length > 0).map(each => each.name);
  const question = `Group whose hosts are to be watched: ${names.join(', ')} [all]: `;
  return await askLine(context, question, line => {
    try {
      return groupNamed(inventory, line || 'all');
    } catch (error) {
      throw error instanceof UserError ? new RangeError(error.message) : error;
    }
  });
}

function missingFlags(flags: InitFlags, missing: Missing, vault: VaultChoice | undefined) {
  const needsKey = missing.credential && flags.apiKey;
  return [
    ...(missing.hubUrl && flags.hub === undefined ? ['--hub URL'] : []),
    ...(needsKey && flags.apiKeyFile === undefined
      ? ['--api-key-file FILE (or --no-api-key)']
      : []),
    ...(needsKey && vault === undefined ? ['--vault-password-file FILE'] : []),
  ];
}

/** Logs in as a push would, with the address that is not in the inventory yet. */
async function checkGroup(
  context: Context,
  flags: InitFlags,
  group: string,
  { hubUrl }: Pick<Partial<Addition>, 'hubUrl'>,
): Promise<string[]> {
  const extra = hubUrl === undefined ? [] : [JSON.stringify({ homelab_agent_hub_url: hubUrl })];
  // Its warnings have been shown.
  const inventory = await loadInventory(flags.inventory ?? [], {
    ...{ context, vaultIds: flags.vaultId, vaultPasswordFiles: flags.vaultPasswordFile },
    ...{ askVaultPass: flags.askVaultPass, extraVars: extra },
  });
  const hosts = groupNamed(inventory, group).allHosts;
  const fleet = inventory.settings(hosts, { needsCredential: false });
  return await checkServers(context, await serversOf(context, fleet, flags), flags);
}

async function requireConsent(context: Context, shown: string, addition: Addition): Promise<void> {
  context.stderr.write(`To be added at the end of ${shown}:\n${shownAddition(addition)}`);
  if (!isTerminal(context) || (await confirm(context, 'Add these lines?'))) return;
  throw new UserError('Not confirmed, nothing was written', { exitCode: 130 });
}

function usesTokens({ allHosts }: InventoryGroup): boolean {
  return allHosts.every(({ written }) => !written.has('homelab_agent_api_key'));
}
