import { isMap, isNode, isScalar, type Node, parseDocument, type YAMLMap } from 'yaml';
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
  const ranges = secretNodes(document.contents).flatMap(({ value: { range } }) =>
    range ? [[range[0], range[1]] as const] : [],
  );
  let masked = text;
  for (const [start, end] of ranges.sort((a, b) => b[0] - a[0])) {
    masked = `${masked.slice(0, start)}${replacement}${masked.slice(end)}`;
  }
  return maskComments(masked);
}

/**
 * The values of a configuration's secrets, to see whether one changed without showing it. What is no plain value counts
 * as it is written: aliases of aliases would unfold without end.
 */
export function secretsOf(text: string): string {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  if (!isMap(contents)) return '';
  const values = secretNodes(contents).map(({ name, value }) => [
    name,
    isScalar(value) ? value.value : text.slice(value.range?.[0], value.range?.[1]),
  ]);
  return JSON.stringify(values, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

function secretNodes(map: YAMLMap): { name: string; value: Node }[] {
  return map.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    return isSecretName(name) && isNode(value) ? [{ name, value }] : [];
  });
}

/** A secret in a comment is still a secret. */
function maskComments(text: string): string {
  return text.replaceAll(/#.*/g, comment => {
    const at = comment.search(/[:=]/);
    const words = comment.slice(1).split(/[^\w-]+/);
    return at >= 0 && words.some(isSecretName) ? `${comment.slice(0, at + 1)} (hidden)` : comment;
  });
}
