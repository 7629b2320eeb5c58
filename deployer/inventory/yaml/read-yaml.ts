import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { openEnd } from '../../../agent/contract/open-end.ts';
import type { Node } from '../node.ts';
import { inventoryError, type Position } from '../problem.ts';
import { NodeReader, tooDeep } from './node-reader.ts';
import { refuseDocuments } from './refuse-ambiguity.ts';
import { refuseCharacters } from './refuse-characters.ts';
import { describeSyntaxError } from './syntax-error.ts';

/** The parser takes long for empty lines, too. */
const MOST_LINES = 50_000;

export interface YamlFile {
  /** Undefined when the file holds nothing but comments. */
  readonly root: Node | undefined;
  /** Sentences with a place in front, for a person: a key that stands twice. */
  readonly warnings: readonly string[];
}

/**
 * Reads a YAML or JSON file as Ansible does (PyYAML's scalars, merges and tags), each value with its place.
 * `file` is the name to show. Throws InventoryError for syntax errors, unknown tags and what PyYAML refuses.
 */
export function readYaml(text: string, file: string, options: { secret?: boolean } = {}): YamlFile {
  if (text.split('\n', MOST_LINES + 1).length > MOST_LINES) {
    const words = `Expected at most ${MOST_LINES} lines, found more`;
    throw inventoryError({ file, line: MOST_LINES, column: 1 }, words);
  }
  const lines = new LineCounter();
  const document = parse(text, file, lines);
  const locate = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const json = isJson(text);
  if (!json) {
    refuseCharacters(text, locate);
    refuseDocuments(text, locate);
  }
  // Unknown tags are rejected by the node reader, which knows the valid ones.
  const faults = [...document.errors, ...document.warnings].filter(
    error => error.code !== 'TAG_RESOLVE_FAILED' || error.name === 'YAMLParseError',
  );
  if (faults.length > 0) throw syntaxError(faults, { document, text, locate });
  const reader = new NodeReader({ text, locate, json, secret: options.secret ?? false });
  const root = document.contents === null ? undefined : reader.read(document.contents);
  return { root, warnings: reader.warnings };
}

function parse(text: string, file: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, {
      // Only texts: their meaning follows PyYAML (plain-scalar.ts), not the package.
      schema: 'failsafe',
      resolveKnownTags: false,
      merge: false,
      uniqueKeys: false,
      keepSourceTokens: true,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter,
    });
  } catch (error) {
    // The parser calls itself for each level, until the stack is full.
    if (!(error instanceof RangeError)) throw error;
    throw inventoryError({ file, line: 1, column: 1 }, tooDeep);
  }
}

interface Faulty {
  readonly document: Document;
  readonly text: string;
  readonly locate: (offset: number) => Position;
}

function syntaxError(faults: readonly YAMLError[], { document, text, locate }: Faulty) {
  const open = openEnd(document, text);
  if (open !== undefined) return inventoryError(locate(open.at), open.words);
  // One mistake often breaks what follows: the first is the one to fix.
  const { code, pos } = faults.reduce((a, b) => (b.pos[0] < a.pos[0] ? b : a));
  // The line that is indented wrongly, not the end of the one before.
  const blank = code === 'BAD_INDENT' ? /^\s*/.exec(text.slice(pos[0]))?.[0].length : 0;
  return inventoryError(locate(pos[0] + (blank ?? 0)), describeSyntaxError(code));
}

/** Ansible tries JSON first, and JSON's numbers differ from YAML's. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
