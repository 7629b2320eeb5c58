import { readFileSync } from 'node:fs';
import type { Ended } from './test-run.ts';

export interface Pitfall {
  readonly number: number;
  /** The test file that holds it, relative to the repository. */
  readonly file: string;
  /** Part of the test's name. */
  readonly title: string;
}

/** The rows of the table in agent/PITFALLS.md: `| 8 | clocks jump | … | `test/….test.ts` never the wall clock’s |` */
export function readPitfalls(): Pitfall[] {
  const table = readFileSync(new URL('../../agent/PITFALLS.md', import.meta.url), 'utf8');
  const rows = table.matchAll(/^\| (\d+) \|.*\| `([^`]+)` (.*) \|$/gm);
  return [...rows].map(([, number, file = '', title = '']) => ({
    number: Number(number),
    file,
    title,
  }));
}

/**
 * The pitfalls that no test held in this run: by number where the test was skipped, which holds nothing, and in words
 * where there was none that passed. A file that was not run is not asked.
 */
export function pitfallsNotHeld(ended: readonly Ended[]): { skipped: number[]; missing: string[] } {
  const skipped: number[] = [];
  const missing: string[] = [];
  for (const { number, file, title } of readPitfalls()) {
    const ofFile = ended.filter(each => each.file === file);
    const tests = ofFile.filter(({ name }) => name.includes(title));
    if (ofFile.length === 0 || tests.some(({ outcome }) => outcome === 'passed')) continue;
    // Of a suite that is skipped, nothing but its own name is told.
    const told = tests.length > 0 ? tests : ofFile;
    if (told.some(({ outcome }) => outcome === 'skipped')) skipped.push(number);
    else missing.push(`Pitfall ${number}: Expected a test that passes, "${title}", in ${file}`);
  }
  return { skipped, missing };
}
