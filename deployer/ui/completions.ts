import type { Command, Option } from 'commander';

/** In place of words: what may stand here is a file, which the shell itself completes. */
export const FILES = ':files';

type HostNames = (inventory: readonly string[]) => Promise<string[]>;

/**
 * What may stand in the place of the last word: commands, the command's options, an option's choices, the names of
 * servers and groups, or FILES. `hostNames` reads an inventory.
 */
export async function completions(
  program: Command,
  words: readonly string[],
  hostNames: HostNames,
): Promise<string[]> {
  const last = words.at(-1) ?? '';
  const [name, ...before] = words.slice(0, -1);
  const commands = program.createHelp().visibleCommands(program);
  const names = commands.map(one => one.name());
  const candidates = async (): Promise<string[]> => {
    if (name === undefined) return [...names, '--help', '--version'];
    if (name === 'help') return names;
    const command = commands.find(one => one.name() === name || one.aliases().includes(name));
    return command === undefined ? [] : await inCommand(command, before, last, hostNames);
  };
  return (await candidates()).filter(word => word === FILES || word.startsWith(last));
}

async function inCommand(
  command: Command,
  before: readonly string[],
  last: string,
  hostNames: HostNames,
): Promise<string[]> {
  const options = command.createHelp().visibleOptions(command);
  const inventory = options.find(option => option.long === '--inventory');
  const hosts = async (): Promise<string[]> =>
    inventory === undefined ? [] : await hostNames(givenTo(inventory, before));
  const asked = options.find(option => option.required && isFlag(option, before.at(-1) ?? ''));
  if (asked !== undefined) {
    if (asked.argChoices !== undefined) return [...asked.argChoices];
    if (/<(?:file|dir|source)>/.test(asked.flags)) return [FILES];
    return asked.flags.includes('<pattern>') ? await hosts() : [];
  }
  if (last.startsWith('-')) return options.map(option => option.long ?? option.short ?? '');
  const [argument] = command.registeredArguments;
  if (argument?.argChoices !== undefined) return [...argument.argChoices];
  if (argument === undefined) return [];
  const named = new Set(before);
  return (await hosts()).filter(host => !named.has(host));
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
