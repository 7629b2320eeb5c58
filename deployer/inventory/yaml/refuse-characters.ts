import { inventoryError, type Position } from '../problem.ts';

/**
 * Characters that YAML 1.1 (PyYAML) and YAML 1.2 (our parser) read differently: control characters, a byte order mark
 * in the middle, and the line breaks that only one of them knows.
 */
const PARTING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff\ud800-\udfff]|(?<!^)\ufeff|\r(?!\n)/u;

/** A tab on a line that is otherwise blank, or at the start of the first line of a block text. */
const ODD_TAB = /(?<=^[ ]*)\t(?=[ \t]*$)|(?<=[|>][-+0-9]*[ \t]*(?:#.*)?(?:\r?\n[ \t]*)+)\t/m;

/** Throws InventoryError for a character that no inventory needs, and that the two would read differently. */
export function refuseCharacters(text: string, locate: (offset: number) => Position): void {
  const tab = ODD_TAB.exec(text);
  if (tab !== null) throw inventoryError(locate(tab.index), 'Expected spaces, found a tab');
  const found = PARTING.exec(text);
  if (found === null) return;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw inventoryError(
    locate(found.index),
    `Expected plain text, found the invisible character U+${code}: write it as an escape in double quotes`,
  );
}
