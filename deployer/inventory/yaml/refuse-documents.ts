import type { Position } from '../position.ts';
import { inventoryError } from '../problem.ts';

const NOTHING = /^(?:\ufeff|[ \t]*(?:#.*)?(?:\r?\n|$)|%.*\r?\n)*$/;

/**
 * A file is one document: `---` may stand before everything else, `...` behind it. To PyYAML a line that starts with
 * either ends whatever it stands in, a quoted text included. Throws InventoryError for a second document.
 */
export function refuseDocuments(text: string, locate: (offset: number) => Position): void {
  for (const { 0: mark, index } of text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)) {
    const isAlone =
      mark === '---'
        ? NOTHING.test(text.slice(0, index))
        : NOTHING.test(text.slice(index + mark.length));
    if (isAlone) continue;
    throw inventoryError(locate(index), `Expected one document, found "${mark}" in the middle`);
  }
}
