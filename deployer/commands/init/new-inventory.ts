import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import type { AnsibleSettings } from '../../inventory/config/settings.ts';
import { loadInventory } from '../../inventory/load-inventory.ts';
import { askLine } from '../../ui/ask-line.ts';
import { confirm, isTerminal } from '../../ui/confirm.ts';
import { serversOf } from '../remote-options.ts';
import {
  type Answers,
  type ChosenCredential,
  type ChosenHost,
  type Groups,
  groupsByName,
  parseGroups,
  parseUser,
  showGroups,
} from './answers.ts';
import { type Candidate, candidates, chooseFrom, showCandidates } from './candidates.ts';
import { checkServers } from './check-servers.ts';
import { chooseHub } from './hub-choice.ts';
import { type InitFlags, parsed, requireFlags } from './init-flags.ts';
import { type InitPlan, type Places, planFiles } from './plan-files.ts';
import { renderInventory } from './render-inventory.ts';
import { sshHosts } from './ssh-hosts.ts';
import { askForVault, closeKey, type VaultChoice, vaultGiven } from './vault-choice.ts';

/** Asks for everything that a new inventory needs, checks it, and plans its files. Writes nothing. */
export async function planNewInventory(
  context: Context,
  flags: InitFlags,
  { settings, places }: { readonly settings: AnsibleSettings; readonly places: Places },
): Promise<InitPlan> {
  const given = flags.apiKey ? await vaultGiven(context, flags, settings) : undefined;
  if (!isTerminal(context)) requireFlags(missingFlags(flags, given));
  const hub = await chooseHub(context, flags);
  const isTokens = hub.key !== undefined && (await choosesTokens(context, flags));
  const known = candidates(await sshHosts(context.home), hub.servers);
  const hosts = await chooseHosts(context, flags, known);
  const user = await chooseUser(context, flags);
  const groups = await chooseGroups(context, flags, hosts);
  const vault = hub.key === undefined ? undefined : (given ?? (await askForVault(context)));
  const credential: ChosenCredential =
    hub.key === undefined || vault === undefined
      ? { kind: 'none' }
      : { kind: isTokens ? 'tokens' : 'key', key: closeKey(hub.key, vault) };
  const hubCaFile = flags.hubCaFile;
  const answers = { hubUrl: hub.url, hubCaFile, credential, user, hosts, groups };
  if (!flags.offline) await checkAnswers(context, answers, flags);
  return planFiles(answers, vault, places);
}

function missingFlags(flags: InitFlags, vault: VaultChoice | undefined): string[] {
  return [
    ...(flags.hub === undefined ? ['--hub URL'] : []),
    ...(flags.apiKey && flags.apiKeyFile === undefined
      ? ['--api-key-file FILE (or --no-api-key)']
      : []),
    ...(flags.host === undefined ? ['--host NAME'] : []),
    ...(flags.apiKey && vault === undefined ? ['--vault-password-file FILE'] : []),
  ];
}

/** Whether the key stays here, and each server gets a token. */
export async function choosesTokens(
  context: Context,
  { tokens, apiKeyFile }: InitFlags,
): Promise<boolean> {
  if (tokens !== undefined || apiKeyFile !== undefined || !isTerminal(context))
    return tokens === true;
  const question = 'Keep the key on this machine, and give each server a token of its own?';
  return await confirm(context, question);
}

async function chooseHosts(
  context: Context,
  { host }: InitFlags,
  known: readonly Candidate[],
): Promise<ChosenHost[]> {
  if (host !== undefined) return parsed('--host', () => chooseFrom(known, host.join(' ')));
  const listed = known.length > 0;
  if (listed) context.stderr.write(`Servers that are known here:\n${showCandidates(known)}`);
  const how = listed ? 'numbers, "all", or other names' : 'names';
  const question = `Servers (${how}, as NAME or NAME=ADDRESS): `;
  return await askLine(context, question, line => chooseFrom(known, line));
}

async function chooseUser(context: Context, { user }: InitFlags): Promise<string | undefined> {
  if (user !== undefined) return parsed('--user', () => parseUser(user));
  if (!isTerminal(context)) return undefined;
  const question = 'User who logs in there (empty: as ssh does): ';
  return await askLine(context, question, line => (line === '' ? undefined : parseUser(line)));
}

async function chooseGroups(
  context: Context,
  { group }: InitFlags,
  hosts: readonly ChosenHost[],
): Promise<Groups> {
  const usual = groupsByName(hosts);
  const parse = (words: readonly string[]): Groups =>
    words.join() === '-' ? new Map() : parseGroups(words, hosts);
  if (group !== undefined) return parsed('--group', () => parse(group));
  if (!isTerminal(context)) return usual;
  const shown = usual.size === 0 ? 'none' : showGroups(usual);
  const question = `Groups, as GROUP=HOST,HOST, "-" for none [${shown}]: `;
  return await askLine(context, question, line => (line === '' ? usual : parse(line.split(/\s+/))));
}

/** Logs in as a push would: the inventory is read with everything that counts beside it. */
async function checkAnswers(context: Context, answers: Answers, flags: InitFlags): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'homelab-deploy-'));
  try {
    const file = join(directory, 'inventory.yaml');
    await writeFile(file, renderInventory({ ...answers, credential: { kind: 'none' } }));
    const inventory = await loadInventory(file, { context });
    const fleet = inventory.settings(inventory.hosts, { needsCredential: false });
    await checkServers(context, await serversOf(context, fleet, flags), flags);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
