import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const repository = new URL('../../../', import.meta.url);
const table = readFileSync(new URL('agent/PITFALLS.md', repository), 'utf8');

test('each known pitfall is held by a test that is there', () => {
  const rows = [...table.matchAll(/^\| (\d+) \|.*\| `([^`]+)` (.*) \|$/gm)];
  assert.deepEqual(
    rows.map(([, number]) => Number(number)),
    Array.from({ length: 34 }, (_, index) => index + 1),
  );
  for (const [, number, file = '', title = ''] of rows) {
    const text = readFileSync(new URL(file, repository), 'utf8');
    assert.ok(
      text.includes(title),
      `Expected the test of pitfall ${number}, "${title}", in ${file}`,
    );
  }
});
