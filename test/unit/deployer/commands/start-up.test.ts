import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { TestDirectory } from '../../../support/test-directory.ts';

/** Prints the packages of the modules that are loaded, to stderr. */
const HOOK = `require('node:module').registerHooks({
  load(url, context, next) {
    const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url) ?? [];
    if (name) process.stderr.write('loaded: ' + name + '\\n');
    return next(url, context);
  },
});`;

/** The packages that the program loads for these arguments. */
async function loaded(...args: string[]): Promise<string[]> {
  await using directory = await TestDirectory.create({
    'hook.cjs': HOOK,
    'inventory.yaml': 'all: {hosts: {nas-1: }}\n',
  });
  const program = ['--require', directory.file('hook.cjs'), 'deployer/bin.mjs'];
  const { stderr } = await execa(process.execPath, [
    ...program,
    ...args.map(word => (word === 'INVENTORY' ? directory.file('inventory.yaml') : word)),
  ]);
  return [...new Set([...stderr.matchAll(/^loaded: (.*)$/gm)].map(([, name = '']) => name))];
}

test('version, help and completion load nothing that only a command needs', async () => {
  for (const args of [['--version'], ['--help'], ['push', '--help'], ['complete', '--', 'pu']]) {
    assert.deepEqual(await loaded(...args), ['commander'], args.join(' '));
  }
  const hosts = await loaded('complete', '--', 'push', '-i', 'INVENTORY', 'n');
  assert.deepEqual(hosts, ['commander', 'yaml']);
});
