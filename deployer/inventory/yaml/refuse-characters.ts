import { inventoryError, type Position } from '../problem.ts';

/**
 * Characters that YAML 1.1 (PyYAML) and YAML 1.2 (our parser) read differently: control characters, a byte order mark
 * in the middle, and the line breaks that only one of them knows.
 */
const PARTING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff\ud800-\udfff]|(?<!^)\ufeff|\r(?!\n)/u;

/** The last thing on the line before a block text, such as `|-` and `>2 # comment`. */
const BLOCK_HEADER = /[|>][-+0-9]*[ \t]*(?:#.*)?\r?$/;

/**
 * Where a tab stands on a line that is otherwise blank, or at the start of the first line of a block text. Line by
 * line: one expression for all of it would take time quadratic in the file.
 */
function oddTab(text: string): number | undefined {
  let offset = 0;
  let isBlockNext = false;
  for (const line of text.split('\n')) {
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    const isBlank = /^[ \t]*\r?$/.test(line);
    if (line[indent] === '\t' && (isBlank || isBlockNext)) return offset + indent;
    if (!isBlank || !isBlockNext) isBlockNext = BLOCK_HEADER.test(line);
    offset += line.length + 1;
  }
  return undefined;
}

/** Throws InventoryError for a character that no inventory needs, and that the two would read differently. */
export function refuseCharacters(text: string, locate: (offset: number) => Position): void {
  const tab = oddTab(text);
  if (tab !== undefined) throw inventoryError(locate(tab), 'Expected spaces, found a tab');
  const found = PARTING.exec(text);
  if (found === null) return;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw inventoryError(
    locate(found.index),
    `Expected plain text, found the invisible character U+${code}: write it as an escape in double quotes`,
  );
}
