import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Inventory } from '../../../../deployer/inventory/inventory.ts';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

async function load(files: Readonly<Record<string, string>>): Promise<Inventory> {
  await using directory = await TestDirectory.create(files);
  return await loadInventory('inventory.yaml', { context: testContext({ cwd: directory.path }) });
}

async function assertRefused(text: string, message: RegExp): Promise<void> {
  await assert.rejects(load({ 'inventory.yaml': text }), {
    message,
    exitCode: 2,
    name: 'InventoryError',
  });
}

test('loadInventory() refuses YAML that is no inventory', async () => {
  await assertRefused(
    '',
    /^inventory\.yaml:1:1: Expected groups of hosts, found an empty file: write "all:"/,
  );
  await assertRefused(
    '- nas-1\n',
    /^inventory\.yaml:1:1: Expected groups such as "all:", found a list/,
  );
});

test('loadInventory() refuses bad YAML with its line and column, and never quotes the text', async () => {
  const cases: [text: string, message: RegExp][] = [
    ['all:\n  hosts:\n    nas-1: {geheim\n', /^inventory\.yaml:\d+:\d+: Expected/],
    ['all:\n\thosts: geheim\n', /^inventory\.yaml:2:1: Expected spaces, found a tab/],
    ['all:\n  vars:\n    a: b: geheim\n', /^inventory\.yaml:3:8: Expected/],
    ['all:\n  vars:\n    a: "geheim\n', /^inventory\.yaml:\d+:\d+: Expected/],
    [
      'all:\n  vars: {a: *geheim}\n',
      /^inventory\.yaml:2:13: Expected an alias of an anchor that stands before it/,
    ],
    [
      'all:\n  vars: {a: !geheim x}\n',
      /^inventory\.yaml:2:21: Expected !vault, !unsafe or no tag, found !geheim, which is not supported/,
    ],
    [
      'all:\n  vars: {a: !!set {x}}\n',
      /^inventory\.yaml:2:19: Expected .* found !!set, which is not supported/,
    ],
    [
      'all:\n  vars: {a: 2024-02-30}\n',
      /^inventory\.yaml:2:13: Expected a date that exists, found 2024-02-30/,
    ],
    ['all:\n---\nall:\n', /^inventory\.yaml:2:1: Expected one document, found "---" in the middle/],
    [
      'all: &a {children: {nas: *a}}\n',
      /^inventory\.yaml:1:26: Expected an alias of a value that is complete, found \*a inside &a/,
    ],
  ];
  for (const [text, message] of cases) await assertRefused(text, message);
});

test('loadInventory() refuses groups in a circle, hosts that are no names, and broken ranges', async () => {
  await assertRefused(
    'a: {children: {b: {children: {a: }}}}\n',
    /^inventory\.yaml:1:16: Expected groups without a circle, found b both above and below a/,
  );
  await assertRefused(
    'all:\n  hosts:\n    5:\n',
    /^inventory\.yaml:3:5: Expected a host's name as a text, found 5: quote it/,
  );
  await assertRefused(
    'all: {hosts: {a: , "nas-[3:1]": }}\n',
    /^inventory\.yaml:1:20: Expected a range from low to high, found \[3:1\], which names no host/,
  );
  await assertRefused(
    'all: {hosts: {"nas-[1-3]": }}\n',
    /Expected a range such as \[1:3\] or \[1:9:2\], found \[1-3\]/,
  );
  await assertRefused(
    'all: {hosts: {"nas-[01:100]": }}\n',
    /Expected both ends of the range equally long, found \[01:100\]/,
  );
  await assertRefused('all: {hosts: {"nas-[1:999999999]": }}\n', /Expected at most 10000 hosts/);
  await assertRefused(
    'all: {hosts: [nas-1]}\n',
    /^inventory\.yaml:1:14: all\.hosts: Expected a mapping, found a list/,
  );
});

test('loadInventory() warns of what Ansible warns of, with the place', async () => {
  const { warnings, hosts } = await load({
    'inventory.yaml':
      'all:\n  host: {nas-1: }\n  hosts:\n    a: {x: 1, x: 2}\nb: {hosts: {b: }}\nc: text\n',
  });
  assert.deepEqual(warnings, [
    'inventory.yaml:4:15: x: Expected each key once, found it in line 4 too: the last one is used',
    'inventory.yaml:2:3: Expected hosts, vars or children in group all, found host: skipped',
    'inventory.yaml:6:4: Expected the group c as a mapping, found "text": skipped',
    'b: Expected different names, found a host and a group called so: what is set for the host may go to the group',
  ]);
  assert.equal(hosts[0]?.variable('x'), 2);
});

test('vars() gives every variable as the rest of the program wants it', async () => {
  const { hosts } = await load({
    'inventory.yaml':
      'all: {hosts: {a: {n: 0644, big: 123456789012345678901, when: 2024-01-02, m: {1: yes}, t: "{{ n }}"}}}\n',
  });
  assert.deepEqual(
    { ...hosts[0]?.vars(), m: { ...(hosts[0]?.variable('m') as object) } },
    { n: 420, big: 123456789012345678901n, when: '2024-01-02', m: { 1: true }, t: 420 },
  );
});

test('a template that needs itself is refused, and so is one that is broken further away, at its own place', async () => {
  const { hosts } = await load({
    'inventory.yaml':
      'all:\n  hosts:\n    a:\n      x: "{{ y }}"\n      y: "{{ x }}"\n      far: "{{ near }}"\n      near: "{{ gone }}"\n',
  });
  assert.throws(() => hosts[0]?.variable('x'), {
    message:
      'inventory.yaml:4:10: x: Expected a value, found a template that needs itself: use another variable in it',
  });
  assert.throws(() => hosts[0]?.variable('far'), {
    message:
      /^inventory\.yaml:7:13: near: Expected a variable that is set, found none called gone: /,
  });
});
