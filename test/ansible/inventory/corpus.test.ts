import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { loadInventory } from '../../../deployer/inventory/load-inventory.ts';
import { need } from '../../support/need.ts';
import { testContext } from '../../support/test-context.ts';
import { type Answer, answerOf } from './answer.ts';
import { Oracle } from './oracle.ts';

const oracle = new Oracle();
after(() => oracle[Symbol.dispose]());

const root = join(import.meta.dirname, '../../..');
const corpus = await Array.fromAsync(
  glob(['test/fixtures/inventories/{*,*/inventory}.{yaml,json}', 'inventory.example.yaml'], {
    cwd: root,
  }),
);

for (const name of corpus.sort()) {
  test(`loadInventory() reads ${name} as Ansible does`, need('Ansible'), async () => {
    const file = join(root, name);
    const reply = await oracle.ask<Answer>({ op: 'list', file });
    assert.ok('answer' in reply, JSON.stringify(reply));
    const inventory = await loadInventory(file, { context: testContext({ cwd: dirname(file) }) });
    assert.deepEqual(answerOf(inventory), reply.answer);
    assert.ok(inventory.hosts.length > 0);
  });
}

test(
  'group_vars/ and host_vars/ next to the playbook come after those next to the inventory',
  need('Ansible'),
  async () => {
    const file = join(root, 'test/fixtures/inventories/precedence.yaml');
    const playbookDir = join(root, 'test/fixtures/inventories/with-files');
    const reply = await oracle.ask<Answer>({ op: 'list', file, playbook_dir: playbookDir });
    assert.ok('answer' in reply, JSON.stringify(reply));
    const inventory = await loadInventory(file, { context: testContext(), playbookDir });
    assert.deepEqual(answerOf(inventory), reply.answer);
    assert.equal(inventory.hosts[0]?.variable('c'), 'file all');
  },
);
