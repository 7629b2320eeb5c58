import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createProgram } from '../../../../deployer/cli.ts';
import { completions } from '../../../../deployer/ui/completions.ts';

const program = createProgram(
  {
    cwd: '/',
    env: {},
    home: '/',
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    signal: new AbortController().signal,
    exitCode: 0,
  },
  { version: '0' },
);

async function complete(...words: string[]): Promise<string[]> {
  return completions(program, words, async named => [
    ...[`from-${named.join()}`, 'nas', 'nas-1', 'pi-1'],
  ]);
}

test('completions() offers commands first', async () => {
  const commands = await complete('');
  for (const name of ['push', 'status', 'doctor', 'rollback']) assert.ok(commands.includes(name));
  assert.ok(!commands.includes('complete'));
  assert.deepEqual(await complete('roll'), ['rollback']);
});

test('completions() knows a command by its aliases, and offers commands to help', async () => {
  assert.deepEqual(await complete('install', 'nas'), ['nas', 'nas-1']);
  assert.deepEqual(await complete('help', 'roll'), ['rollback']);
  assert.deepEqual(await complete('no-command', ''), []);
});

test("completions() leaves an option's file to the shell, and offers hosts where an option is a pattern", async () => {
  for (const option of ['-i', '--inventory', '--vault-password-file', '--dist', '--playbook-dir']) {
    assert.deepEqual(await complete('push', option, 'in'), [':files'], option);
  }
  assert.deepEqual(await complete('push', '--all', '-l', 'nas-'), ['nas-1']);
  assert.deepEqual(await complete('push', '--serial', ''), []);
});

test("completions() offers a command's options, and an option's choices", async () => {
  assert.ok((await complete('push', '--')).includes('--serial'));
  assert.deepEqual(await complete('push', '--transport', 'o'), ['openssh']);
  assert.deepEqual(await complete('completion', 'f'), ['fish']);
});

test('completions() offers servers and groups of the inventory that was named', async () => {
  assert.deepEqual(await complete('push', 'nas'), ['nas', 'nas-1']);
  assert.deepEqual(await complete('push', 'nas-1', 'nas'), ['nas']);
  assert.deepEqual(await complete('push', '-i', 'x.yaml', 'from'), ['from-x.yaml']);
  assert.deepEqual(await complete('push', '--inventory=y.yaml', 'from'), ['from-y.yaml']);
  assert.deepEqual(await complete('push', '-i', 'x.yaml', '-i', 'y.yaml', 'from'), [
    'from-x.yaml,y.yaml',
  ]);
  assert.deepEqual(await complete('push', 'from'), ['from-']);
});
