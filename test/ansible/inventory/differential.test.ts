import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Inventory } from '../../../deployer/inventory/inventory.ts';
import { loadInventory } from '../../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../../deployer/inventory/problem.ts';
import { need } from '../../support/need.ts';
import { testContext } from '../../support/test-context.ts';
import { type Answer, answerOf } from './answer.ts';
import { arbitraryInventory, type Files } from './arbitrary-inventory.ts';
import { Oracle } from './oracle.ts';

const oracle = new Oracle();
const directory = await mkdtemp(join(tmpdir(), 'inventories-'));
after(async () => {
  oracle[Symbol.dispose]();
  await rm(directory, { recursive: true });
});

/** What Ansible takes and we refuse, because what it makes of it cannot have been meant. */
const DELIBERATE = [
  /ansible_group_priority: Expected an integer/,
  /which names no host/,
  /and a group called so/,
  /which Ansible mixes up/,
  /which are the same key in Python/,
];

let cases = 0;

async function write(files: Files): Promise<string> {
  cases += 1;
  const base = join(directory, String(cases));
  for (const [name, text] of Object.entries(files)) {
    const path = join(base, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return join(base, 'inventory.yaml');
}

/** A file cannot be a directory too: the later of such a pair is left out. */
function withoutClashes(files: Files): Files {
  const names = Object.keys(files);
  return Object.fromEntries(
    Object.entries(files).filter(([name]) => !names.some(other => other.startsWith(`${name}/`))),
  );
}

test(
  'loadInventory() reads generated inventories as Ansible does, or both refuse them',
  need('Ansible'),
  async () => {
    const seen = { same: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(arbitraryInventory, async files => {
        const file = await write(withoutClashes(files));
        const theirs = await oracle.ask<Answer>({ op: 'list', file });
        const ours = await read(file);
        if ('error' in theirs) {
          assert.ok(
            ours instanceof InventoryError,
            `Ansible refuses it (${theirs.error}), we do not`,
          );
          seen.refused += 1;
          return;
        }
        if (ours instanceof InventoryError) {
          assert.ok(
            DELIBERATE.some(reason => reason.test(ours.message)),
            ours.message,
          );
          seen.refused += 1;
          return;
        }
        assert.deepEqual(answerOf(ours), theirs.answer);
        seen.same += 1;
      }),
      { numRuns: 250, seed: 7 },
    );
    // Both kinds must occur, or the generator has gone blind.
    assert.ok(seen.same > 30 && seen.refused > 5, JSON.stringify(seen));
  },
);

async function read(file: string): Promise<Inventory | InventoryError> {
  try {
    return await loadInventory(file, { context: testContext({ cwd: dirname(file) }) });
  } catch (error) {
    if (error instanceof InventoryError) return error;
    throw error;
  }
}
