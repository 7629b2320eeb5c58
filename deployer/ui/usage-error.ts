import type { Command } from 'commander';
import { nearest } from '../../agent/contract/nearest.ts';

/** What removes something is never suggested for a typing mistake. */
const NEVER: ReadonlySet<string> = new Set([
  ...['uninstall', 'rollback', 'revoke'],
  ...['--purge', '--from-hub'],
]);

/**
 * A sentence of commander's in the words of all other messages: what was expected, what was found, and the help of the
 * command that it is about.
 *
 *     error: option '--forks <n>' argument 'many' is invalid. Expected a whole number from 1 up.
 *     error: unknown option '--chek'
 */
export function usageError(text: string, command: Command): string {
  const line = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ');
  for (const [pattern, words] of FORMS) {
    const found = pattern.exec(line);
    if (found !== null) return withHelp(words(found.slice(1), command), command);
  }
  return withHelp(`${line.charAt(0).toUpperCase()}${line.slice(1)}`, command);
}

/** A message with the help of its command: `…; see "homelab-deploy push --help"`. */
export function withHelp(message: string, command: Command): string {
  const program = 'homelab-deploy';
  const name = command.name() === program ? program : `${program} ${command.name()}`;
  return `${message}${message.endsWith('?') ? ' See' : '; see'} "${name} --help"`;
}

type Words = (groups: readonly string[], command: Command) => string;

const FORMS: readonly (readonly [RegExp, Words])[] = [
  [
    /^unknown command '(.*)'$/s,
    ([word = ''], command) => unknown('command', word, commandNames(command)),
  ],
  [
    /^unknown option '(.*)'$/s,
    ([word = ''], command) => unknown('option', word, optionNames(command)),
  ],
  [
    /^option '(.+)' argument '(.*)' is invalid\. (.+)$/s,
    ([flags = '', value, reason = '']) => `${longOf(flags)}: ${wrong(value, reason)}`,
  ],
  [
    /^command-argument value '(.*)' is invalid for argument '(.+)'\. (.+)$/s,
    ([value, name, reason = '']) => `<${name}>: ${wrong(value, reason)}`,
  ],
  [
    /^option '(.+)' argument missing$/s,
    ([flags = '']) => `${longOf(flags)}: Expected ${valueIn(flags)}, found nothing`,
  ],
  [/^missing required argument '(.+)'$/s, ([name]) => `Expected <${name}>, found nothing`],
  [
    /^too many arguments.* Expected (\d+) arguments? but got \d+: (.*)\.$/s,
    ([most, given]) =>
      most === '0'
        ? `Expected no argument, found ${given}`
        : `Expected at most ${most} argument, found ${given}`,
  ],
];

function unknown(what: string, word: string, names: readonly string[]): string {
  const most = Math.max(1, Math.floor(word.replaceAll('-', '').length / 3));
  const near = nearest(word, names, most);
  const words = `Unknown ${what} ${word}`;
  return near === undefined ? words : `${words}: did you mean ${near}?`;
}

function commandNames(command: Command): string[] {
  const program = command.parent ?? command;
  const shown = program.createHelp().visibleCommands(program);
  return shown
    .filter(each => !NEVER.has(each.name()))
    .flatMap(each => [each.name(), ...each.aliases()]);
}

function optionNames(command: Command): string[] {
  const shown = command.createHelp().visibleOptions(command);
  return shown.flatMap(({ long }) => (long && !NEVER.has(long) ? [long] : []));
}

/** A reason of commander's or of ours, with the value if it does not name it yet. */
function wrong(value: string | undefined, reason: string): string {
  const choices = /^Allowed choices are (.+)\.$/.exec(reason)?.[1]?.split(', ');
  const expected =
    choices === undefined ? reason.replace(/\.$/, '') : `Expected ${either(choices)}`;
  return expected.includes(', found ') ? expected : `${expected}, found ${JSON.stringify(value)}`;
}

function either(choices: readonly string[]): string {
  const last = choices.at(-1) ?? '';
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`;
}

function longOf(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

function valueIn(flags: string): string {
  return /<[^>]+>/.exec(flags)?.[0] ?? 'a value';
}
