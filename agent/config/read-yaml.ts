import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { openEnd } from '../contract/open-end.ts';
import { ConfigError } from './config-error.ts';

/** A YAML mapping's values, with the place of each value and key. */
export interface YamlValues {
  readonly values: Record<string, unknown>;
  /** The place of a value; if it is absent, of what would contain it. */
  place(path: readonly PropertyKey[]): Place;
  /** The place of a top-level key. */
  keyPlace(key: string): Place;
}

/** Both count from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** As compilers and editors write it. */
export function placeText(file: string, { line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/**
 * Reads one mapping. `textKeys` are read as they are written, whatever their YAML type: a key such as
 * `12345e67` is a number to YAML 1.2, and PyYAML, which wrote many of these files, left it without quotes.
 * Throws ConfigError when the text is not one YAML mapping; never quotes the text, it may hold a secret.
 */
export function readYaml(text: string, file: string, textKeys: readonly string[]): YamlValues {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const at = (offset: number) => placeText(file, placeOf(offset));
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const open = openEnd(document, text);
    if (open !== undefined) throw new ConfigError([`${at(open.at)}: ${open.words}`]);
    // One mistake often breaks several rules: the first is reported.
    const first = new Map<string, string>();
    const fatal = faults.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
    for (const { pos, code } of fatal === undefined ? faults : [fatal]) {
      const place = at(pos[0]);
      if (!first.has(place)) first.set(place, `${place}: ${inWords(code)}`);
    }
    throw new ConfigError([...first.values()]);
  }
  const top = document.contents;
  if (top === null || (isScalar(top) && top.value === null)) {
    throw new ConfigError([`${file}:1:1: Expected \`key: value\` lines, found an empty file`]);
  }
  if (!isMap(top)) {
    throw new ConfigError([
      `${at(top.range?.[0] ?? 0)}: Expected \`key: value\` lines, found something else`,
    ]);
  }
  const resolved = (node: unknown): unknown => {
    if (!isAlias(node)) return node;
    const target = node.resolve(document);
    if (target === undefined) {
      throw new ConfigError([`${at(offsetOf(node) ?? 0)}: ${inWords('BAD_ALIAS')}`]);
    }
    return target;
  };
  const values: Record<string, unknown> = {};
  const places = new Map<string, number>();
  const keyPlaces = new Map<string, number>();
  for (const { key, value } of top.items) {
    const name = isScalar(key) ? String(key.value) : '?';
    keyPlaces.set(name, offsetOf(key) ?? 0);
    places.set(name, offsetOf(value) ?? offsetOf(key) ?? 0);
    Object.defineProperty(values, name, {
      value: plain(resolved(value), textKeys.includes(name)),
      enumerable: true,
    });
    if (!isSeq(value)) continue;
    for (const [index, item] of value.items.entries()) {
      const offset = offsetOf(item);
      if (offset !== undefined) places.set(`${name} ${index}`, offset);
    }
  }
  const start = top.range?.[0] ?? 0;
  return {
    values,
    place: path =>
      placeOf(places.get(path.map(String).join(' ')) ?? places.get(String(path[0])) ?? start),
    keyPlace: key => placeOf(keyPlaces.get(key) ?? start),
  };
}

/** A node as plain data; as it is written if `asText`. Mappings are not read, as no key with an effect is one. */
function plain(node: unknown, asText: boolean): unknown {
  if (isScalar(node)) {
    const other = node.value !== null && typeof node.value !== 'string';
    return asText && other ? (node.source ?? String(node.value)) : node.value;
  }
  if (isSeq(node)) return node.items.map(item => plain(item, asText));
  return isMap(node) ? {} : null;
}

function offsetOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0];
}

/** The parser's own messages quote the text, and a line of this file may be the secret. */
function inWords(code: string): string {
  const words: Record<string, string> = {
    BAD_ALIAS: 'An alias (`*name`) without its anchor; put the text in quotes',
    BAD_DQ_ESCAPE: 'An unknown escape such as `\\q` in double quotes; use single quotes',
    BAD_INDENT:
      'A bracket is not closed, or this line is indented less or more than the lines it belongs to',
    BAD_SCALAR_START: 'A text cannot begin with this character; put it in quotes',
    BLOCK_AS_IMPLICIT_KEY: 'A second `key: value` on one line; put the text in quotes',
    DUPLICATE_KEY: 'This key is set twice; keep one',
    MISSING_CHAR: 'A closing quote, a bracket, a comma or the space after a colon is missing',
    MULTILINE_IMPLICIT_KEY: 'Expected a `key: value` line, found none; add the colon and a space',
    MULTIPLE_DOCS: 'A second document (`---`) begins here; keep one',
    TAB_AS_INDENT: 'A tab indents this line; use spaces',
    TAG_RESOLVE_FAILED: 'An unknown tag (`!name`); write the plain value',
    RESOURCE_EXHAUSTION: 'Too many nested brackets',
    UNEXPECTED_TOKEN: 'Something that YAML does not allow here; put the text in quotes',
  };
  return words[code] ?? `This is not YAML (${code})`;
}
