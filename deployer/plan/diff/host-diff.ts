import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { places } from '../../../agent/contract/places.ts';
import { plainLines } from '../../../agent/contract/plain-text.ts';
import type { FileFact } from '../facts.ts';
import { HIDDEN, maskSecrets, secretsOf } from './mask-secrets.ts';

/** A file on a server and what it should be; `before` is null if there is none, or none that was sent. */
interface ComparedFile {
  readonly before: string | null;
  readonly after: string;
  /** The file is there, and larger than the probe sends. */
  readonly tooLong?: boolean;
}

/** A file as the probe found it, beside its text, which is null where there is none or too much of it. */
export function compared(
  found: FileFact | null,
  before: string | null,
  after: string,
): ComparedFile {
  return { before, after, tooLong: found !== null && before === null };
}

/** Unified diffs of configuration (secrets masked) and unit; empty if nothing differs. */
export function hostDiff({ config, unit }: { config: ComparedFile; unit: ComparedFile }): string {
  const diffs = [
    config.tooLong ? notShown(places.config) : configDiff(config.before, config.after),
    unit.tooLong ? notShown(places.unit) : unifiedDiff(places.unit, unit.before, unit.after),
  ];
  // The files on the server are not trusted with the terminal.
  return plainLines(diffs.join(''));
}

function notShown(name: string): string {
  return `--- ${name}\n(not shown: the file on the server is larger than 256 KiB)\n`;
}

function configDiff(before: string | null, after: string): string {
  const name = places.config;
  const old = before === null ? null : maskSecrets(before);
  if (before !== null && old === null) {
    return `--- ${name}\n(not shown: the file on the server is not YAML, so its secrets cannot be found)\n`;
  }
  const changed = before !== null && secretsOf(before) !== secretsOf(after);
  const young = maskSecrets(after, changed ? '"(hidden, another than before)"' : HIDDEN) ?? '';
  return unifiedDiff(name, old, young);
}

/** Added and removed lines at the most; the search for a shorter way grows with their square. */
const MAX_EDITS = 2_000;

/**
 * A unified diff of two texts, as `diff -u` prints it; empty if they are equal, a line where they are too different.
 */
export function unifiedDiff(name: string, before: string | null, after: string): string {
  if (before === after) return '';
  const from = before === null ? '/dev/null' : name;
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY, maxEditLength: MAX_EDITS };
  const patch = createTwoFilesPatch(from, name, before ?? '', after, undefined, undefined, options);
  return patch ?? `--- ${from}\n+++ ${name}\n(not shown: more than ${MAX_EDITS} lines differ)\n`;
}
