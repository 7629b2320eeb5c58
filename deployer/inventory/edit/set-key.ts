import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { afterKey, type RenderedValue } from './rendered-value.ts';

/** The variables of a whole file, or those of one host in an inventory. */
export type VariablesPlace =
  | { readonly kind: 'file' }
  | { readonly kind: 'host'; readonly name: string };

/** A file in which a variable cannot be set without changing more than that. */
export class NotEditable extends Error {
  override name = 'NotEditable';
}

const PARSE = { uniqueKeys: false, keepSourceTokens: true, logLevel: 'silent' } as const;

/** Whether a text sets the variable at this place. */
export function setsKey(text: string, place: VariablesPlace, name: string): boolean {
  const document = parseDocument(text, PARSE);
  return document.errors.length === 0 && mapWith(document, place, name) !== undefined;
}

/**
 * The text with the variable set, every other character as it was; `text` is null where there is no file yet. Throws
 * NotEditable, without a file's name, for what is not written as lines `name: value`.
 */
export function setKey(
  text: string | null,
  place: VariablesPlace,
  name: string,
  value: RenderedValue,
): string {
  if (text === null) return `---\n${name}${afterKey(value, '')}\n`;
  const document = parseDocument(text, PARSE);
  if (document.errors.length > 0) throw new NotEditable('it is not YAML');
  const map = mapWith(document, place, name);
  const changed =
    map === undefined ? append(text, document, name, value) : replace(text, map, name, value);
  const result = text.includes('\r\n') ? changed.replaceAll(/\r?\n/g, '\r\n') : changed;
  requireSameRest(document, result, place, name);
  return result;
}

function replace(text: string, map: YAMLMap, name: string, value: RenderedValue): string {
  const pair = pairOf(map, name);
  const [keyStart = 0, keyEnd = 0] = (isScalar(pair?.key) && pair.key.range) || [];
  if (pair === undefined || map.flow === true || keyEnd === 0) {
    throw new NotEditable('its variables are written in braces');
  }
  const indent = ' '.repeat(keyStart - lineStart(text, keyStart));
  const items = value.kind === 'list' ? editItems(text, pair, value.items) : undefined;
  if (items !== undefined) return items;
  const end = valueEnd(text, pair, keyEnd);
  const [rest = '', behind] = /^[ \t]*(#[^\r\n]*)?/.exec(text.slice(end)) ?? [];
  const comment = behind ?? headComment(text.slice(keyEnd, end), pair);
  return text.slice(0, keyEnd) + afterKey(value, indent, comment) + text.slice(end + rest.length);
}

/** A comment in the line of the key, where the value is in the lines below it. */
function headComment(text: string, { value }: Pair): string | undefined {
  const below = isScalar(value) ? /^BLOCK/.test(value.type ?? '') : isSeq(value) && !value.flow;
  return below ? /^[^\n#]*[ \t](#[^\r\n]*)/.exec(text)?.[1] : undefined;
}

/** The end of a value's own text, without blank lines behind it. */
function valueEnd(text: string, { value }: Pair, keyEnd: number): number {
  const range = (value as { range?: readonly number[] | null } | null)?.range;
  const colon = text.indexOf(':', keyEnd) + 1;
  const end = Math.max(colon, range?.[1] ?? 0);
  return Math.max(colon, text.slice(0, end).trimEnd().length);
}

/** A list with an item a line keeps its lines and their comments: only what goes or comes is changed. */
function editItems(text: string, { value }: Pair, wanted: readonly string[]): string | undefined {
  if (!isSeq(value) || value.flow === true || wanted.length === 0) return undefined;
  const found = value.items.map(item => (isScalar(item) && item.range ? item : undefined));
  if (found.some(item => item === undefined)) return undefined;
  const present = found.flatMap(item => item ?? []);
  const words = new Map(wanted.map(item => [String(parseDocument(item).toJS()), item]));
  const kept = present.filter(({ value }) => words.has(String(value)));
  const [first] = kept;
  if (first?.range == null) return undefined;
  const known = new Set(kept.map(({ value }) => String(value)));
  const added = [...words].filter(([word]) => !known.has(word)).map(([, item]) => item);
  const dash = text.slice(lineStart(text, first.range[0]), first.range[0]);
  if (!/^ *- +$/.test(dash)) return undefined;
  const last = lineEnd(text, kept.at(-1)?.range?.[1] ?? 0);
  const more = added.map(item => `\n${dash}${item}`).join('');
  let result = text.slice(0, last) + more + text.slice(last);
  for (const { value, range } of present.toReversed()) {
    if (known.has(String(value)) || range == null) continue;
    const shift = range[0] > last ? more.length : 0;
    const [from, to] = [lineStart(text, range[0]) + shift, lineEnd(text, range[1]) + 1 + shift];
    result = result.slice(0, from) + result.slice(to);
  }
  return result;
}

/** Behind the last variable of a file. */
function append(text: string, document: Document, name: string, value: RenderedValue): string {
  const { contents } = document;
  const nothing = contents === null || (isScalar(contents) && contents.value === null);
  if (!nothing && (!isMap(contents) || contents.flow === true)) {
    throw new NotEditable('its variables are not written as lines');
  }
  if (/^\.\.\.\s*$/m.test(text)) throw new NotEditable('its document ends before the file does');
  const [first] = isMap(contents) ? contents.items : [];
  const at = isScalar(first?.key) ? (first.key.range?.[0] ?? 0) : 0;
  const indent = ' '.repeat(at - lineStart(text, at));
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${before}${indent}${name}${afterKey(value, indent)}\n`;
}

/** Every value but this one is what it was. */
function requireSameRest(
  before: Document,
  text: string,
  place: VariablesPlace,
  name: string,
): void {
  const after = parseDocument(text, PARSE);
  try {
    if (after.errors.length === 0 && rest(after, place, name) === rest(before, place, name)) return;
  } catch (error) {
    // An alias of what is gone.
    if (!(error instanceof ReferenceError)) throw error;
  }
  throw new NotEditable('it is written in a way in which more than the value would change');
}

function rest(document: Document, place: VariablesPlace, name: string): string {
  const map = mapWith(document, place, name);
  if (map !== undefined) map.items = map.items.filter(pair => keyOf(pair) !== name);
  // Nothing, and a mapping with nothing in it, set the same.
  return JSON.stringify(document.toJS() ?? {});
}

/** The mapping that sets the variable at this place; of several the last, which wins. */
function mapWith(document: Document, place: VariablesPlace, name: string): YAMLMap | undefined {
  const maps =
    place.kind === 'file' ? [document.contents] : hostMaps(document.contents, place.name);
  return maps.filter(isMap).findLast(map => pairOf(map, name) !== undefined);
}

/** Where groups, at any depth, list a host under its own name. */
function hostMaps(groups: unknown, host: string): unknown[] {
  if (!isMap(groups)) return [];
  return groups.items.flatMap(({ value: group }) => {
    if (!isMap(group)) return [];
    const hosts = pairOf(group, 'hosts')?.value;
    const own = isMap(hosts) ? [pairOf(hosts, host)?.value] : [];
    return [...own, ...hostMaps(pairOf(group, 'children')?.value, host)];
  });
}

/** The last of several, as Python's reader takes it. */
function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.findLast(pair => keyOf(pair) === name);
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : key;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
