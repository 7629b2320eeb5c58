import { isMap, isNode, isScalar, parseDocument } from 'yaml';
import { isSecretName } from '../../../agent/contract/secrets.ts';

export const HIDDEN = '"(hidden)"';

/**
 * A configuration file with its secrets' values replaced, whatever form they are written in; null if it cannot be
 * read as YAML, since then its secrets cannot be found.
 */
export function maskSecrets(text: string, replacement: string = HIDDEN): string | null {
  const document = parseDocument(text, { uniqueKeys: false });
  if (document.errors.length > 0) return null;
  if (document.contents === null) return maskComments(text);
  if (!isMap(document.contents)) return null;
  const ranges: [number, number][] = [];
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (!isSecretName(name) || !isNode(value) || !value.range) continue;
    ranges.push([value.range[0], value.range[1]]);
  }
  let masked = text;
  for (const [start, end] of ranges.sort((a, b) => b[0] - a[0])) {
    masked = `${masked.slice(0, start)}${replacement}${masked.slice(end)}`;
  }
  return maskComments(masked);
}

/** The values of a configuration's secrets, to see whether one changed without showing it. */
export function secretsOf(text: string): string {
  const content: unknown = parseDocument(text, { uniqueKeys: false }).toJS();
  if (typeof content !== 'object' || content === null) return '';
  return JSON.stringify(Object.entries(content).filter(([name]) => isSecretName(name)));
}

/** A secret in a comment is still a secret. */
function maskComments(text: string): string {
  return text.replaceAll(/#.*/g, comment => {
    const at = comment.search(/[:=]/);
    const words = comment.slice(1).split(/[^\w-]+/);
    return at >= 0 && words.some(isSecretName) ? `${comment.slice(0, at + 1)} (hidden)` : comment;
  });
}
