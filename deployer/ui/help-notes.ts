import type { AddHelpTextContext } from 'commander';
import { wrap } from './text.ts';

/** A description beside its term is not squeezed into fewer columns. */
export const LEAST_COLUMNS = 20;

/** What stands below a command's options, for addHelpText(): as wide as the terminal, as the options are. */
export function helpNotes(text: string): (context: AddHelpTextContext) => string {
  return ({ command, error }) => {
    const { getErrHelpWidth, getOutHelpWidth } = command.configureOutput();
    return fitted(text, (error ? getErrHelpWidth?.() : getOutHelpWidth?.()) ?? 80);
  };
}

/**
 * Lines that are not indented are paragraphs, those that are stay lines of their own: a term with its description after
 * two blanks or more, or a command line, which stays as it is.
 */
function fitted(text: string, columns: number): string {
  const lines = text.replaceAll(/(?<=^\S.*)\n(?=\S)/gm, ' ').split('\n');
  return lines.map(line => (line.length > columns ? broken(line, columns) : line)).join('\n');
}

function broken(line: string, columns: number): string {
  const [term = ''] = /^ +\S.*? {2,}(?=\S)/.exec(line) ?? [];
  if (term === '' && /^ /.test(line)) return line;
  const rest = line.slice(term.length);
  const indent = ' '.repeat(term.length);
  const width = Math.max(LEAST_COLUMNS, columns - term.length);
  return term + wrap(rest, width, '').replaceAll('\n', `\n${indent}`);
}
