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

test('a subscript with a hyphen, which looks like a range of characters, is refused', async () => {
  await using directory = await TestDirectory.create({
    'inventory.yaml': 'nas: {hosts: {x0: , nas1: , nas2:  }}\n',
  });
  const context = testContext({ cwd: directory.path });
  const inventory = await loadInventory('inventory.yaml', { context });
  const select = (pattern: string) => inventory.select([pattern]).map(({ name }) => name);
  assert.throws(() => select('nas[0-1]'), {
    message:
      'Expected a colon in a subscript, found nas[0-1]: write nas[0:1] for a part of nas, or an expression such as ~nas[0-9]$ for hosts by their names',
  });
  for (const pattern of ['nas[1-]', 'all:!nas[1-2]']) {
    assert.throws(() => select(pattern), { message: /^Expected a colon in a subscript/ });
  }
  assert.deepEqual(select('nas[0:1]'), ['x0', 'nas1']);
  assert.deepEqual(select('~nas[0-1]$'), ['nas1']);
});

test('a regular expression may be written as Python writes it', async () => {
  await using directory = await TestDirectory.create({
    'inventory.yaml': 'nas: {hosts: {nas-1: , nas_2: , nasx: }}\n',
  });
  const context = testContext({ cwd: directory.path });
  const inventory = await loadInventory('inventory.yaml', { context });
  const select = (pattern: string) => inventory.select([pattern]).map(({ name }) => name);
  for (const pattern of ['~(?i)NAS-1', '~nas\\-1', '~(?P<n>nas)-1', '~nas[\\-\\.]', '~nas\\x2d']) {
    assert.deepEqual(select(pattern), ['nas-1'], pattern);
  }
  assert.deepEqual(select('~nas[\\-\\_]\\d'), ['nas-1', 'nas_2']);
  for (const pattern of ['~\\Anas', '~nas-1\\Z', '~(', '~(?x)nas']) {
    assert.throws(() => select(pattern), { message: /which is not a valid one: what follows ~/ });
  }
});

test('readLimit() reads the lines of @FILE', async () => {
  await using directory = await TestDirectory.create({ failed: 'nas-1\n\n  pi-2 \n' });
  assert.deepEqual(await readLimit('@failed,nas-3', directory.path), ['nas-1', 'pi-2', 'nas-3']);
  await assert.rejects(readLimit('@gone', directory.path), {
    message: /^Cannot read --limit @gone: /,
  });
});
