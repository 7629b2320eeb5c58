import { styleText } from 'node:util';
import type { Context } from '../context.ts';

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
