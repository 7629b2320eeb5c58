import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { loadInventory } from '../../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../../deployer/inventory/problem.ts';
import { need } from '../../support/need.ts';
import { testContext } from '../../support/test-context.ts';
import { TestDirectory } from '../../support/test-directory.ts';
import { Oracle } from './oracle.ts';

const oracle = new Oracle();
after(() => oracle[Symbol.dispose]());

/** One level of groups only: below that, Ansible's own order changes from run to run. */
const INVENTORY = `all:
  children:
    nas: {hosts: {"nas-[1:3]": }}
    pi: {hosts: {"pi-[1:4]": , nas-2: }}
    mini.pc: {hosts: {mini-1.lan: , "10.0.0.7": , "fe80::7": }}
    empty: {}
    lab: {hosts: {nas-1: , pi-1: , lab: }}
    a[b: {hosts: {odd: }}
  hosts:
    lonely:
`;

type Reply = { readonly hosts: readonly string[] } | { readonly error: string };

async function assertAgree(
  questions: readonly (readonly string[])[],
): Promise<{ hosts: number; refused: number }> {
  await using directory = await TestDirectory.create({ 'inventory.yaml': INVENTORY });
  const reply = await oracle.ask<Reply[]>({
    op: 'select',
    file: directory.file('inventory.yaml'),
    patterns: questions,
  });
  assert.ok('answer' in reply, JSON.stringify(reply));
  const inventory = await loadInventory('inventory.yaml', {
    context: testContext({ cwd: directory.path }),
  });
  const order = inventory.hosts.map(({ name }) => name);
  const seen = { hosts: 0, refused: 0 };
  for (const [index, patterns] of questions.entries()) {
    const theirs: Reply | undefined = reply.answer[index];
    const expected: readonly string[] =
      theirs !== undefined && 'hosts' in theirs ? theirs.hosts : [];
    const ours = select(() => inventory.select(patterns).map(({ name }) => name));
    if (typeof ours === 'string') {
      // A pattern that names nothing is refused here and ignored there: the rest of the list is not compared.
      assert.ok(
        expected.length === 0 || STRICTER.test(ours),
        `${patterns}: ${ours}, but ${expected} to Ansible`,
      );
      seen.refused += 1;
      continue;
    }
    const sorted = expected.toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
    assert.deepEqual(ours, sorted, patterns.join(' '));
    seen.hosts += 1;
  }
  return seen;
}

const STRICTER = /found none that|a colon in a subscript|from low to high|which is not a valid one/;

function select(work: () => string[]): string[] | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof InventoryError) return error.message;
    throw error;
  }
}

test("select() names the hosts that Ansible's patterns name", need('Ansible'), async () => {
  const seen = await assertAgree(
    [
      ...[
        'all',
        '*',
        'nas',
        'nas-1',
        'nas,pi',
        'nas:pi',
        'nas:&lab',
        'nas:!lab',
        '!lab',
        '&lab',
        '!lab,&nas',
        'nas,!nas-2',
      ],
      ...[
        'nas[0]',
        'nas[-1]',
        'nas[1:]',
        'nas[0:1]',
        'nas[7]',
        'pi*',
        '*-1',
        'nas-?',
        'nas-[12]',
        'nas-[!1]',
        'pi[1:2]',
      ],
      ...[
        '~nas',
        '~.*-1',
        '~(nas|pi)-[12]$',
        'mini-1.lan',
        'mini.pc',
        'm*',
        '10.0.0.7',
        'fe80::7',
        '10.*',
        'lab',
        'lonely',
      ],
      ...[
        'ungrouped',
        'empty',
        'nobody',
        'all:!all',
        'n*[1]',
        '*[0]',
        'nas[0:0]',
        ' nas , pi ',
        'nas:pi:&lab:!pi-1',
        'a[b',
      ],
      ...[
        'nas[1',
        '~[',
        '[',
        'l*',
        'al*',
        'nas[0-1]',
        'NAS',
        'nas-1:nas-2',
        '!',
        '&',
        'pi:~nas-[13]',
        'nas[-9]',
        'nas[2:9]',
      ],
    ].map(pattern => [pattern]),
  );
  assert.ok(seen.hosts > 30 && seen.refused > 5, JSON.stringify(seen));
});

test('select() agrees with Ansible on generated patterns', need('Ansible'), async () => {
  const plain = fc.constantFrom(
    ...[
      'all',
      'nas',
      'pi',
      'lab',
      'nas-1',
      'pi-2',
      'mini.pc',
      'mini-1.lan',
      '10.0.0.7',
      'lonely',
      'ungrouped',
      'empty',
    ],
    ...[
      'n*',
      '*1',
      'pi-?',
      'nas-[1:2]',
      'nas-[12]',
      '~nas-.',
      '~pi|lab',
      'nas[0]',
      'pi[1:2]',
      'pi[-1]',
      'lab[1:]',
      'none',
      '*.lan',
    ],
  );
  const signed = fc
    .tuple(fc.constantFrom('', '', '', '!', '&'), plain)
    .map(parts => parts.join(''));
  const joined = fc
    .tuple(fc.array(signed, { minLength: 1, maxLength: 3 }), fc.constantFrom(',', ':', ', '))
    .map(([parts, separator]) => parts.join(separator));
  const questions = fc.sample(fc.array(joined, { minLength: 1, maxLength: 2 }), {
    numRuns: 3000,
    seed: 3,
  });
  const seen = await assertAgree(questions);
  assert.ok(seen.hosts > 1000, JSON.stringify(seen));
});
