import type { Command, Option } from 'commander';

/**
 * What may stand in the place of the last word: commands, the command's options, an option's choices, or the names of
 * servers and groups. `hostNames` reads an inventory.
 */
export async function completions(
  program: Command,
  words: readonly string[],
  hostNames: (inventory: readonly string[]) => Promise<string[]>,
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
  hostNames: (inventory: readonly string[]) => Promise<string[]>,
): Promise<string[]> {
  const options = command.createHelp().visibleOptions(command);
  const asked = options.find(option => takesValue(option) && isFlag(option, before.at(-1) ?? ''));
  if (asked !== undefined) return [...(asked.argChoices ?? [])];
  if (last.startsWith('-')) return options.map(option => option.long ?? option.short ?? '');
  const [argument] = command.registeredArguments;
  if (argument?.argChoices !== undefined) return [...argument.argChoices];
  const inventory = options.find(option => option.long === '--inventory');
  if (argument === undefined || inventory === undefined) return [];
  const named = new Set(before);
  return (await hostNames(givenTo(inventory, before))).filter(name => !named.has(name));
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

/** Each `-i FILE` and `--inventory=FILE` among the words before. */
function givenTo(option: Option, words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    if (word.startsWith(`${option.long}=`)) return [word.slice(word.indexOf('=') + 1)];
    return isFlag(option, words[index - 1] ?? '') ? [word] : [];
  });
}
