import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { readLimit } from '../../../../deployer/inventory/patterns/read-limit.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

test('select() says which pattern names nothing, and that nothing is left', async () => {
  await using directory = await TestDirectory.create({
    'inventory.yaml': 'all: {children: {nas: {hosts: {"nas-[1:3]": }}}}\n',
  });
  const inventory = await loadInventory('inventory.yaml', {
    context: testContext({ cwd: directory.path }),
  });
  assert.throws(() => inventory.select(['nas', 'nsa']), {
    message: 'Expected a host or a group, found none that "nsa" names; did you mean nas?',
    exitCode: 2,
  });
  assert.throws(() => inventory.select(['nas', '!nas']), {
    message:
      'Expected hosts, found none left of nas !nas: "homelab-deploy inventory" lists each group',
  });
});

test('readLimit() reads the lines of @FILE', async () => {
  await using directory = await TestDirectory.create({ failed: 'nas-1\n\n  pi-2 \n' });
  assert.deepEqual(await readLimit('@failed,nas-3', directory.path), ['nas-1', 'pi-2', 'nas-3']);
  await assert.rejects(readLimit('@gone', directory.path), {
    message: /^Cannot read --limit @gone: /,
  });
});
