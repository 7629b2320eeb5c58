import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { readSettings } from '../../inventory/config/find-config.ts';
import type { AnsibleSettings } from '../../inventory/config/settings.ts';
import { expandHome } from '../../inventory/expand-home.ts';
import { InventoryError, showPath } from '../../inventory/problem.ts';
import { findSources } from '../../inventory/sources/find-sources.ts';
import { UsageError, UserError } from '../../lib/errors.ts';
import { store } from '../../lib/store.ts';
import { confirm, isTerminal } from '../../ui/confirm.ts';
import { repeatedOptions } from '../../ui/repeated-options.ts';
import { table } from '../../ui/text.ts';
import { planCompletedInventory } from '../init/complete-inventory.ts';
import type { InitFlags } from '../init/init-flags.ts';
import { planNewInventory } from '../init/new-inventory.ts';
import type { InitPlan, Places } from '../init/plan-files.ts';
import { writeFiles } from '../init/write-files.ts';

/** What `homelab-deploy init` does. */
export async function runInit(context: Context, flags: InitFlags): Promise<void> {
  const { stdout } = context;
  const settings = await readSettings(context, path => showPath(context.cwd, path));
  const existing = await findExisting(context, flags, settings);
  const named = existing === undefined ? flags : { ...flags, inventory: [...existing] };
  const places = await placesOf(context, flags, settings, existing);
  if (existing === undefined) {
    const plan = await planNewInventory(context, flags, { settings, places });
    await writeFiles(plan.files);
    stdout.write(report(plan, []));
    return;
  }
  const plan = await planCompletedInventory(context, named, { settings, places });
  if (plan.kind === 'complete') {
    stdout.write(`${completeText(plan.unknownKeys, named, places)}\n`);
    return;
  }
  await writeFiles(plan.files);
  const { append } = plan;
  if (append !== undefined) await store(append.path, append.text, { keepsAccess: true });
  stdout.write(report(plan, append === undefined ? [] : [[append.shown, 'lines at its end']]));
}

/** The inventory that is there already, as `-i` would name it; undefined for a new one. */
async function findExisting(
  context: Context,
  flags: InitFlags,
  settings: AnsibleSettings,
): Promise<readonly string[] | undefined> {
  const named = flags.inventory ?? [];
  const [one = '', ...more] = named;
  const isNew =
    one !== '' && more.length === 0 && !one.includes(',') && !(await exists(context, one));
  if (isNew) return undefined;
  if (named.length > 0) return named;
  const found = await usualSources(context, settings);
  if (found === undefined) return undefined;
  const shown = found.join(', ');
  if (!isTerminal(context)) {
    throw new UsageError(
      `Expected -i, as there is an inventory: "-i ${shown}" adds what it lacks, "-i FILE" writes a new one`,
    );
  }
  if (await confirm(context, `There is an inventory: ${shown}. Add what it lacks?`)) return found;
  throw new UserError('Nothing was written: "-i FILE" writes a new inventory');
}

/** What commands without -i read. */
async function usualSources(context: Context, settings: AnsibleSettings) {
  try {
    return (await findSources(context, [], settings)).all.map(({ shown }) => shown);
  } catch (error) {
    if (error instanceof InventoryError && settings.get('inventory') === undefined)
      return undefined;
    throw error;
  }
}

async function exists({ cwd, home }: Context, file: string): Promise<boolean> {
  return await stat(resolve(cwd, expandHome(file, home))).then(
    () => true,
    () => false,
  );
}

const USUAL = 'inventory.yaml';

async function placesOf(
  { cwd, home, env }: Context,
  flags: InitFlags,
  settings: AnsibleSettings,
  existing: readonly string[] | undefined,
): Promise<Places> {
  const { inventory: given } = flags;
  const names = given ?? existing ?? [USUAL];
  const paths = names.map(name => resolve(cwd, expandHome(name, home)));
  const [path = ''] = paths;
  const isUsual = paths.join() === resolve(cwd, USUAL) && settings.get('inventory') === undefined;
  const isOpen = ((await stat(cwd)).mode & 0o002) !== 0;
  const isFree = settings.file === undefined && env['ANSIBLE_CONFIG'] === undefined && !isOpen;
  return {
    ...{ cwd, path, shown: paths.map(each => showPath(cwd, each)).join(', ') },
    again: { ...flags, inventory: given !== undefined && !isUsual ? names : undefined },
    mayConfigure: isFree && dirname(path) === cwd,
    configured: settings.file,
  };
}

/** Of an inventory that lacks nothing. */
function completeText(unknownKeys: readonly string[], named: InitFlags, { again }: Places): string {
  if (unknownKeys.length === 0) {
    return `Nothing is missing in the inventory. Next: homelab-deploy doctor${repeatedOptions(again)}`;
  }
  const next = `homelab-deploy init${repeatedOptions(named)} --accept-host-keys`;
  return `Host keys are not recorded yet, of ${unknownKeys.join(', ')}. Once they are compared: ${next}`;
}

function report({ files, next, notes }: InitPlan, more: readonly (readonly string[])[]): string {
  const written = [...files.map(({ shown, about }) => [shown, about]), ...more];
  return [
    table(['WRITTEN', ''], written),
    table(['NEXT', ''], next),
    ...notes.map(note => `${note}\n`),
  ].join('\n');
}
