/** A piece of a template: text, or the inside of one pair of braces. */
export type Part = { readonly text: string } | { readonly expression: string };

/** Far more than a template has: each is read and evaluated. */
const MOST_PARTS = 1_000;

/** The texts and the expressions of a template in turn; empty texts are left out. */
export function splitTemplate(template: string): Part[] {
  const parts: Part[] = [];
  let rest = template.replaceAll(/\r\n?/g, '\n');
  let strip = false;
  for (;;) {
    const open = /\{([{%#])([-+]?)/.exec(rest);
    const before = open === null ? rest : rest.slice(0, open.index);
    const left = strip ? before.trimStart() : before;
    const text = open?.[2] === '-' ? left.trimEnd() : left;
    if (text !== '') parts.push({ text });
    if (parts.length > MOST_PARTS) {
      throw new RangeError(`Expected a template of at most ${MOST_PARTS} parts, found more`);
    }
    if (open === null) return parts.length === 0 ? [{ text: '' }] : parts;
    if (open[1] !== '{') {
      throw new RangeError(
        `Expected only {{ }} in a template, found {${open[1]}, which is not supported: put !unsafe before the text to keep it as it is`,
      );
    }
    const inside =
      /^(?:[^'"}]|'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|\}(?!\}))*?(-?)\}\}/.exec(
        rest.slice(open.index + open[0].length),
      );
    if (inside === null)
      throw new RangeError(
        'Expected }} behind {{, found none: add it, or put !unsafe before the text to keep it as it is',
      );
    parts.push({ expression: inside[0].slice(0, inside[0].length - 2 - (inside[1]?.length ?? 0)) });
    strip = inside[1] === '-';
    rest = rest.slice(open.index + open[0].length + inside[0].length);
  }
}
