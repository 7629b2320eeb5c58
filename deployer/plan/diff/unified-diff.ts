import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** Added and removed lines at the most; the search for a shorter way grows with their square. */
const MAX_EDITS = 2_000;

/** A unified diff of two texts, as `diff -u` prints it; empty where they are equal, a line where they are too different. */
export function unifiedDiff(name: string, before: string | null, after: string): string {
  if (before === after) return '';
  const from = before === null ? '/dev/null' : name;
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY, maxEditLength: MAX_EDITS };
  const patch = createTwoFilesPatch(from, name, before ?? '', after, undefined, undefined, options);
  return patch ?? `--- ${from}\n+++ ${name}\n(not shown: more than ${MAX_EDITS} lines differ)\n`;
}
