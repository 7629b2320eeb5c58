import { styleText } from 'node:util';
import type { Context } from '../context.ts';

/** A text of a table, or one with a colour. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

/** Rows in columns of equal width, two spaces between them. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint = (_, text) => text,
): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map(row => textOf(row[at]).length)),
  );
  const line = (cells: readonly Cell[]): string => {
    const last = cells.findLastIndex(cell => textOf(cell) !== '');
    return widths
      .slice(0, last + 1)
      .map((width, at) => {
        const cell = cells[at] ?? '';
        const padding = ' '.repeat(at === last ? 0 : width - textOf(cell).length);
        return (typeof cell === 'string' ? cell : paint(cell.colour, cell.text)) + padding;
      })
      .join('  ');
  };
  return `${[head.map(text => ({ text, colour: 'bold' as const })), ...rows].map(line).join('\n')}\n`;
}

/** What a cell shows. */
export function textOf(cell: Cell | undefined): string {
  return cell === undefined || typeof cell === 'string' ? (cell ?? '') : cell.text;
}

export type Colour = 'green' | 'yellow' | 'red' | 'magenta' | 'dim' | 'bold';

/** Paints a text, or leaves it plain where colours are not shown. */
export type Paint = (colour: Colour, text: string) => string;

/** Colours for a stream that is a terminal, unless NO_COLOR or TERM=dumb ask for none (no-color.org). */
export function paintFor(stream: { isTTY?: boolean }, env: Context['env']): Paint {
  const wanted = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return wanted
    ? (colour, text) => styleText(colour, text, { validateStream: false })
    : (_, text) => text;
}

/** Lines of at most `width` columns, broken between words; those after the first begin with `indent`. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && longer.length > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}
