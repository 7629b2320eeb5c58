import { type Document, isMap, isScalar, isSeq, visit } from 'yaml';

const ENDS: Readonly<Record<string, string>> = { '"': '"', "'": "'", '[': ']', '{': '}' };

/**
 * What to say of a quote or bracket without its end, and where it begins, as an offset in the text; undefined if the
 * parser's error is another one. The parser itself names the place where it gave up, which may be the end of the file.
 */
export function openEnd(
  document: Document,
  text: string,
): { readonly at: number; readonly words: string } | undefined {
  // What is too deep for the parser is too deep to be walked, too.
  if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return undefined;
  let found: number | undefined;
  visit(document, (_, node) => {
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return;
    const [at = 0, end = 0] = node.range ?? [];
    const expected = ENDS[text.charAt(at)];
    const isOpen = expected !== undefined && (end - at < 2 || text[end - 1] !== expected);
    // A quote that is open leaves the brackets around it open, too.
    if (isOpen && (found === undefined || isScalar(node))) found = at;
  });
  if (found === undefined) return undefined;
  const sign = text.charAt(found);
  const words = `Expected a closing ${ENDS[sign]} for the ${sign} that begins here, found none: add it`;
  return { at: found, words };
}
