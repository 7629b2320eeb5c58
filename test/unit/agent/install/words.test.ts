import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { installerFunctions } from './functions.ts';

const functions = await installerFunctions();

/** Runs `call` with this text as $1. */
async function run(call: string, text: string) {
  const script = `${functions}\nBY=me\nlogger() { echo "$4"; }\n${call}`;
  const { stdout, stderr } = await execa('dash', ['-c', script, 'sh', text]);
  return { stdout, stderr };
}

for (const [what, text, shown] of [
  ['an escape sequence', 'a\u001b[2Jb', 'a?[2Jb'],
  ['a carriage return and DEL', 'a\rb\u007fc', 'a?b?c'],
  ['a control character of two bytes', 'a\u009b2Jb', 'a?2Jb'],
  ['two of them after a letter', 'a\u00c2\u009b\u009bb', 'aÂ??b'],
  ['letters of many languages', 'é § ß … 語 "quoted" \\u001b', 'é § ß … 語 "quoted" \\u001b'],
  ['lines and tabs', 'a\n\tb', 'a\n\tb'],
] as const) {
  test(`the installer shows no control character, and the rest as it is: ${what}`, async () => {
    assert.equal((await run('say "$1"', text)).stdout, shown);
    assert.equal((await run('complain "$1"', text)).stderr, `error: ${shown}`);
    assert.equal((await run('record "$1"', text)).stdout, `${shown} by="me"`);
  });
}

test("the installer shows no control character of the agent's journal, however much that is", async () => {
  const journal = '[ "$1" = --sync ] || { printf "%s\\n" "$LINE"; yes x | head -c 200000; }';
  const call = `LINE=$1 SINCE=''\njournalctl() { ${journal}; }\nshow_journal`;
  const lines = (await run(call, 'a\u001b]0;b\u0007\u009bc')).stdout.split('\n');
  assert.equal(lines[0], 'journal: a?]0;b??c');
  assert.ok(lines.length < 40_000, `${lines.length} lines`);
});
