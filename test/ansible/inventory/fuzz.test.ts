import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Inventory } from '../../../deployer/inventory/inventory.ts';
import { loadInventory } from '../../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../../deployer/inventory/problem.ts';
import { need } from '../../support/need.ts';
import { testContext } from '../../support/test-context.ts';
import { TestDirectory } from '../../support/test-directory.ts';
import { type Answer, answerOf } from './answer.ts';
import { Oracle } from './oracle.ts';

const oracle = new Oracle();
after(() => oracle[Symbol.dispose]());

const fixtures = join(import.meta.dirname, '../../fixtures/inventories');
const SEEDS = [
  'syntax.yaml',
  'anchors.yaml',
  'precedence.yaml',
  'ranges.yaml',
  'scalars.yaml',
  'odd-groups.yaml',
];

/** One slip of a hand: at a place, so many characters away, this text in. */
const slip = fc.record({
  at: fc.nat(),
  remove: fc.nat(3),
  insert: fc.constantFrom(
    ...[
      '',
      ' ',
      '  ',
      '\n',
      '\t',
      ':',
      ': ',
      '- ',
      '#',
      ' #',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '&a ',
      '*a',
      '!',
      '!vault ',
      '!unsafe ',
    ],
    ...[
      '|',
      '>',
      '%',
      '@',
      '`',
      '?',
      '? ',
      '---\n',
      '...\n',
      '<<: ',
      '=',
      '\\',
      '\u00a0',
      '\u2028',
      '\u0000',
      '\u0007',
      'é',
      '😀',
      '\ufeff',
      '\r',
      '{{ x }}',
      '{{',
      '~',
      '*',
      '!!int ',
      '!!set ',
      '!!binary ',
    ],
  ),
});
const mutation = fc.record({
  seed: fc.constantFrom(...SEEDS),
  slips: fc.array(slip, { minLength: 1, maxLength: 3 }),
});

function mutate(
  text: string,
  slips: readonly { at: number; remove: number; insert: string }[],
): string {
  return slips.reduce((whole, { at, remove, insert }) => {
    const start = at % (whole.length + 1);
    return whole.slice(0, start) + insert + whole.slice(start + remove);
  }, text);
}

async function read(file: string, cwd: string): Promise<Inventory | InventoryError> {
  try {
    const inventory = await loadInventory(file, { context: testContext({ cwd }) });
    // What is lazy must not crash either.
    for (const host of inventory.hosts) {
      for (const work of [() => host.vars(), () => host.settings()]) ignoreRefusal(work);
    }
    return inventory;
  } catch (error) {
    if (error instanceof InventoryError) return error;
    throw error;
  }
}

function ignoreRefusal(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error;
  }
}

test(
  'a broken inventory is read as Ansible reads it, or refused with a place; nothing crashes',
  need('Ansible'),
  async () => {
    await using directory = await TestDirectory.create({});
    const texts = new Map(
      await Promise.all(
        SEEDS.map(async name => [name, await readFile(join(fixtures, name), 'utf8')] as const),
      ),
    );
    const file = directory.file('inventory.yaml');
    const seen = { same: 0, refused: 0 };
    for (const { seed, slips } of fc.sample(mutation, { numRuns: 350, seed: 5 })) {
      const text = mutate(texts.get(seed) ?? '', slips);
      await writeFile(file, text);
      const ours = await read(file, directory.path);
      if (ours instanceof InventoryError) {
        assert.match(ours.message, /^inventory\.yaml:\d+:\d+: /, text);
        seen.refused += 1;
        continue;
      }
      const reply = await oracle.ask<Answer>({ op: 'list', file });
      assert.ok('answer' in reply, `Ansible refuses it, we do not:\n${text}`);
      assert.deepEqual(answerOf(ours), reply.answer, text);
      seen.same += 1;
    }
    assert.ok(seen.same > 50 && seen.refused > 100, JSON.stringify(seen));
  },
);
