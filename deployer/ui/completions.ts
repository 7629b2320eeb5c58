import type { Command, Option } from 'commander';

/**
 * What may stand in the place of the last word: commands, the command's options, an option's choices, or the names of
 * servers and groups. `hostNames` reads an inventory.
 */
export async function completions(
  program: Command,
  words: readonly string[],
  hostNames: (inventory: string) => Promise<string[]>,
): Promise<string[]> {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = visible(program).find(one => one.name() === before[0]);
  const candidates =
    command === undefined
      ? [...visible(program).map(one => one.name()), '--help', '--version']
      : await inCommand(command, before.slice(1), last, hostNames);
  return candidates.filter(word => word.startsWith(last));
}

async function inCommand(
  command: Command,
  before: readonly string[],
  last: string,
  hostNames: (inventory: string) => Promise<string[]>,
): Promise<string[]> {
  const options = command.createHelp().visibleOptions(command);
  const asked = options.find(option => takesValue(option) && isFlag(option, before.at(-1) ?? ''));
  if (asked !== undefined) return [...(asked.argChoices ?? [])];
  if (last.startsWith('-')) return options.map(option => option.long ?? option.short ?? '');
  const [argument] = command.registeredArguments;
  if (argument?.argChoices !== undefined) return [...argument.argChoices];
  const inventory = options.find(option => option.long === '--inventory');
  if (argument === undefined || inventory === undefined) return [];
  const file = givenTo(inventory, before) ?? String(inventory.defaultValue);
  const named = new Set(before);
  return (await hostNames(file)).filter(name => !named.has(name));
}

function visible(program: Command): Command[] {
  return program.createHelp().visibleCommands(program);
}

function takesValue(option: Option): boolean {
  return option.required;
}

function isFlag(option: Option, word: string): boolean {
  return word !== '' && (word === option.long || word === option.short);
}

/** `-i FILE` or `--inventory=FILE` among the words before. */
function givenTo(option: Option, words: readonly string[]): string | undefined {
  const at = words.findLastIndex(word => isFlag(option, word));
  if (at >= 0) return words[at + 1];
  const joined = words.findLast(word => word.startsWith(`${option.long}=`));
  return joined?.slice(joined.indexOf('=') + 1);
}
