import type { Value } from '../value.ts';

/** Whether Ansible would template this text. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%') || text.includes('{#');
}

/** Throws a RangeError that says what is not supported. */
export function renderTemplate(text: string, lookup: (name: string) => Value | undefined): Value {
  const name = /^\{\{\s*(\w+)\s*\}\}$/.exec(text)?.[1];
  const value = name === undefined ? undefined : lookup(name);
  if (value === undefined)
    throw new RangeError('Expected a text, found a template, which is not supported yet');
  return value;
}
