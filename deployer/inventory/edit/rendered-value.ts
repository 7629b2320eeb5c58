import { Secret } from '../secret.ts';
import type { Vault } from '../vault/vault.ts';

/** A variable's new value: a Secret is written vaulted. */
export type EditedValue = string | readonly string[] | Secret;

/** A value as YAML: one word, items of a list, or the lines of an envelope. */
export type RenderedValue =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'vault'; readonly lines: readonly string[] };

/** Undefined for a secret without a vault password. */
export async function renderValue(
  value: EditedValue,
  vault: Vault,
): Promise<RenderedValue | undefined> {
  if (value instanceof Secret) {
    const lines = await vault.close(value.reveal());
    return lines === undefined ? undefined : { kind: 'vault', lines };
  }
  if (typeof value === 'string') return { kind: 'word', text: yamlWord(value) };
  return { kind: 'list', items: value.map(yamlWord) };
}

/** The lines that set a variable, from the colon on. */
export function afterKey(value: RenderedValue, indent: string, comment = ''): string {
  const head = comment === '' ? '' : ` ${comment}`;
  const block = (lines: readonly string[]): string =>
    lines.map(line => `\n${indent}  ${line}`).join('');
  switch (value.kind) {
    case 'word':
      return `: ${value.text}${head}`;
    case 'list':
      if (value.items.length === 0) return `: []${head}`;
      return `:${head}${block(value.items.map(item => `- ${item}`))}`;
    case 'vault':
      return `: !vault |${head}${block(value.lines)}`;
  }
}

/** Words that YAML 1.1 reads as something else. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** A text as a key or a value on one line. */
export function yamlWord(text: string): string {
  const plain = /^[A-Za-z][\w@./-]*$/.test(text) && !RESERVED.test(text);
  return plain ? text : JSON.stringify(text);
}
