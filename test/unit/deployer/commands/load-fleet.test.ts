import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadFleet, type Selection } from '../../../../deployer/commands/load-fleet.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';
import { VALID } from '../inventory/settings-rig.ts';

/** The names of the servers that a command line chooses of nas-1, nas-2 and pi-1. */
async function chosen(patterns: string[], options: Selection): Promise<string[]> {
  await using directory = await TestDirectory.create({
    'inventory.yaml': `${VALID}  hosts: {nas-1: , nas-2: , pi-1: }\n`,
  });
  const context = testContext({ cwd: directory.path, home: directory.path });
  return (await loadFleet(context, patterns, options)).map(({ name }) => name);
}

test('the failed servers are those among the ones that are named, which have to be known', async () => {
  const among = new Set(['nas-2', 'pi-1', 'gone']);
  assert.deepEqual(await chosen(['nas*'], { among }), ['nas-2']);
  assert.deepEqual(await chosen(['nas-1'], { among }), []);
  assert.deepEqual(await chosen([], { among, all: true }), ['nas-2', 'pi-1']);
  await assert.rejects(chosen(['naz'], { among }), /found none that "naz" names/);
});

test('a limit that none of the named servers matches is said to be one', async () => {
  assert.deepEqual(await chosen(['nas*'], { limit: '*-2' }), ['nas-2']);
  await assert.rejects(chosen(['nas*'], { limit: 'pi-1' }), {
    message: 'Expected some of nas* to match --limit pi-1, found none: nothing was touched',
  });
});
