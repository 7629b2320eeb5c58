import { relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** A test or a suite that has ended. */
export interface Ended {
  readonly name: string;
  /** Relative to the working directory. */
  readonly file: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly reason: string;
}

/** Runs test files, so many at a time, with each result on the screen; answers with what ended how. */
export async function runTests(files: string[], concurrency: number): Promise<Ended[]> {
  const ended: Ended[] = [];
  const events = run({ files, concurrency });
  events.on('test:pass', data => {
    const { name, skip, todo } = data;
    const isSkipped = skip !== undefined || todo !== undefined;
    const outcome = isSkipped ? 'skipped' : 'passed';
    ended.push({ name, file: fileOf(data), outcome, reason: String(skip ?? todo ?? '') });
  });
  events.on('test:fail', data => {
    ended.push({ name: data.name, file: fileOf(data), outcome: 'failed', reason: '' });
  });
  for await (const text of events.compose(new spec())) process.stdout.write(text);
  return ended;
}

/** Where a helper file defines a test, the test file that called it counts. */
function fileOf(data: { file?: string; entryFile?: string }): string {
  return relative(process.cwd(), data.entryFile ?? data.file ?? '');
}
