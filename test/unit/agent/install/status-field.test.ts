import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { execa } from 'execa';

/** The value that the installer reads under a key of such a status. */
async function fieldOf(status: Record<string, unknown>, key: string): Promise<string> {
  const functions = await readFile('agent/install/install-agent/state.sh', 'utf8');
  const script = `${functions}\nIFS= read -r STATUS_LINE\nstatus_field "$1"\n`;
  const line = JSON.stringify({ version: '0.1.0', ...status, interval: 60 });
  const { stdout } = await execa('sh', ['-c', script, 'sh', key], {
    input: `${line}\n`,
  });
  return stdout;
}

test('the installer reads a text of the status whole, with the quotation marks in it', async () => {
  for (const text of [
    '401 Unauthorized: "Invalid or missing API key". The hub does not accept api_key',
    'a backslash \\ and "marks"',
    'ends with "marks"',
    '"',
    'plain',
    '',
  ]) {
    assert.equal(await fieldOf({ last_error: text, last_answer: 'refused' }, 'last_error'), text);
  }
});

test('what stands in a text of the status is no key of it', async () => {
  const status = { last_error: 'x,"last_answer":"accepted"', last_answer: 'refused' };
  assert.equal(await fieldOf(status, 'last_answer'), 'refused');
  assert.equal(await fieldOf({ last_answer: null }, 'last_answer'), 'null');
  assert.equal(await fieldOf({}, 'last_answer'), '');
});
