import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { readSettings } from '../inventory/config/find-config.ts';
import type { AnsibleSettings } from '../inventory/config/settings.ts';
import { expandHome } from '../inventory/expand-home.ts';
import { InventoryError, showPath } from '../inventory/problem.ts';
import { findSources } from '../inventory/sources/find-sources.ts';
import { UsageError, UserError } from '../lib/errors.ts';
import { store } from '../lib/store.ts';
import { confirm, isTerminal } from '../ui/confirm.ts';
import { table } from '../ui/text.ts';
import { planCompletedInventory } from './init/complete-inventory.ts';
import type { InitFlags } from './init/init-flags.ts';
import { planNewInventory } from './init/new-inventory.ts';
import type { InitPlan, Places } from './init/plan-files.ts';
import { writeFiles } from './init/write-files.ts';
import { addRemoteOptions } from './remote-options.ts';

/** `homelab-deploy init`: a first inventory, or what an existing one lacks. */
export function addInit(program: Command, context: Context): void {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  const many = (flags: string, about: string) => new Option(flags, about).argParser(collect);
  const command = program
    .command('init')
    .summary('write an inventory, or what an existing one lacks')
    .description(
      'Ask for hub, key and servers, check each, and write an inventory with the key encrypted. For an existing inventory, write the variables that it lacks into its group_vars. Nothing that is there is overwritten. Each question has an option.',
    )
    .optionsGroup('The inventory:')
    .addOption(
      many(
        '-i, --inventory <file>',
        'the file to write (default: inventory.yaml), or an existing inventory',
      ),
    )
    .addOption(
      many(
        '--host <host>',
        'NAME, NAME=ADDRESS or nas-[1:3], or "all" that are known; again for more',
      ),
    )
    .option('--user <name>', 'who logs in on the servers (default: as ssh does)')
    .addOption(
      many(
        '--group <group>',
        'GROUP=HOST,HOST, again for more (default: by the names, "-" for none); of an existing inventory, the group whose hosts are to be watched (default: all)',
      ),
    )
    .optionsGroup('The hub:')
    .option('--hub <url>', "the hub's address")
    .option('--hub-ca-file <file>', "the hub's private authority, as PEM")
    .option('--api-key-file <file>', 'a file with its API key, "-" for standard input')
    .option('--no-api-key', 'without its key for now')
    .option('--tokens', 'keep the key on this machine, and give each server a token with "enroll"')
    .optionsGroup('The vault password that encrypts the key:')
    .addOption(
      many('--vault-password-file <file>', 'the file that holds it, made if it is not there'),
    )
    .addOption(many('--vault-id <id>', 'LABEL@FILE'))
    .option('--ask-vault-pass', 'ask for it')
    .optionsGroup('What to check:')
    .option('--accept-host-keys', 'record host keys that are not known without asking')
    .option('--offline', 'ask neither the hub nor the servers');
  addRemoteOptions(command)
    .addHelpText('after', HELP)
    .action((flags: InitFlags) => runInit(context, flags));
}

async function runInit(context: Context, flags: InitFlags): Promise<void> {
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
  if (plan === undefined) {
    stdout.write('Nothing is missing in the inventory. Next: homelab-deploy doctor\n');
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
  { inventory: given }: InitFlags,
  settings: AnsibleSettings,
  existing: readonly string[] | undefined,
): Promise<Places> {
  const names = given ?? existing ?? [USUAL];
  const paths = names.map(name => resolve(cwd, expandHome(name, home)));
  const [path = ''] = paths;
  const isUsual = paths.join() === resolve(cwd, USUAL) && settings.get('inventory') === undefined;
  const isOpen = ((await stat(cwd)).mode & 0o002) !== 0;
  const isFree = settings.file === undefined && env['ANSIBLE_CONFIG'] === undefined && !isOpen;
  return {
    ...{ cwd, path, shown: paths.map(each => showPath(cwd, each)).join(' -i ') },
    needsOption: given !== undefined && !isUsual,
    mayConfigure: isFree && dirname(path) === cwd,
    configured: settings.file,
  };
}

function report({ files, next, notes }: InitPlan, more: readonly (readonly string[])[]): string {
  const written = [...files.map(({ shown, about }) => [shown, about]), ...more];
  return [
    table(['WRITTEN', ''], written),
    table(['NEXT', ''], next),
    ...notes.map(note => `${note}\n`),
  ].join('\n');
}

const HELP = `
Examples:
  $ homelab-deploy init
  $ homelab-deploy init -i hosts.yml --group servers
  $ homelab-deploy init --hub http://hub.home.lan:8080 --api-key-file key --host nas-1 --host pi-1=192.168.1.20 \\
      --vault-password-file ~/.config/homelab-deploy/vault-password
`;
