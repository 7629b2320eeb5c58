import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RenderedValue } from '../../../../../deployer/inventory/edit/rendered-value.ts';
import { setKey } from '../../../../../deployer/inventory/edit/set-key.ts';

const file = { kind: 'file' } as const;
const word = (text: string): RenderedValue => ({ kind: 'word', text });
const list = (...items: string[]): RenderedValue => ({ kind: 'list', items });
const vault: RenderedValue = { kind: 'vault', lines: ['$ANSIBLE_VAULT;1.1;AES256', '6162'] };
const VAULTED = 'a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n';

/** Text, variable `a` set to a value, text after. */
const cases: [string, RenderedValue, string][] = [
  ['', word('x'), 'a: x\n'],
  ['---\n', word('x'), '---\na: x\n'],
  ['# only a comment', word('x'), '# only a comment\na: x\n'],
  ['b: 1  # one\n\n# the end\n', word('x'), 'b: 1  # one\n\n# the end\na: x\n'],
  ['b: 1', word('x'), 'b: 1\na: x\n'],
  ['  b: 1\n', word('x'), '  b: 1\n  a: x\n'],
  ['a:\nb: 1\n', word('x'), 'a: x\nb: 1\n'],
  ['a: # why\nb: 1\n', word('x'), 'a: x # why\nb: 1\n'],
  [
    'a : old   # why\nb: 1\n',
    word('x'),
    'a : x   # why\nb: 1\n'.replace('   #', ' #').replace('a :', 'a:'),
  ],
  ['a: "old # text" # why\n', word('x'), 'a: x # why\n'],
  ['"a": old\n', word('x'), '"a": x\n'],
  ['a: old # why\nb: 1\n', vault, `${VAULTED.replace('|', '| # why')}b: 1\n`],
  [`${VAULTED}\n# next\nb: 1\n`, word('x'), 'a: x\n\n# next\nb: 1\n'],
  [VAULTED.replace('6162', '9999'), vault, VAULTED],
  ['a: >-\n  some\n  text\nb: 1\n', word('x'), 'a: x\nb: 1\n'],
  ['a: [one, two] # why\n', list('x', 'y'), 'a: # why\n  - x\n  - y\n'],
  ['a: old\n', list(), 'a: []\n'],
  ['a:\n  - one\n', list(), 'a: []\n'],
  [
    'a:\n# first\n- one # 1\n- two\n# third\n- three # 3\n\nb: 1\n',
    list('one', 'three', 'four'),
    'a:\n# first\n- one # 1\n# third\n- three # 3\n- four\n\nb: 1\n',
  ],
  ['a:\n  - one\n  - two', list('two', 'new'), 'a:\n  - two\n  - new'],
  ['a:\n  - "0123"\n', list('"0123"', 'b'), 'a:\n  - "0123"\n  - b\n'],
  ['a: 1\na: 2\n', word('x'), 'a: 1\na: x\n'],
  ['b: &b 1\na: *b\nc: *b\n', word('x'), 'b: &b 1\na: x\nc: *b\n'],
  ['b: 1\r\na: 2\r\n', word('x'), 'b: 1\r\na: x\r\n'],
];

for (const [before, value, after] of cases) {
  test(`setKey() sets a variable and leaves the rest: ${JSON.stringify(before)} ${value.kind}`, () => {
    assert.equal(setKey(before, file, 'a', value), after);
    assert.equal(setKey(after, file, 'a', value), after, 'The second time nothing changes');
  });
}

test('setKey() begins a new file', () => {
  assert.equal(setKey(null, file, 'a', vault), `---\n${VAULTED}`);
});

const INVENTORY = `all:
  # The fleet
  children:
    nas:
      hosts:
        nas-1:
          a: old # of the host
          ansible_host: 10.0.0.1
        nas-2: {a: inline}
      vars:
        a: of the group
    pi:
      hosts:
        nas-1:
`;

test('setKey() changes a host in an inventory, and neither its group nor another host', () => {
  const changed = setKey(INVENTORY, { kind: 'host', name: 'nas-1' }, 'a', vault);
  const envelope =
    '!vault | # of the host\n            $ANSIBLE_VAULT;1.1;AES256\n            6162';
  assert.equal(changed, INVENTORY.replace('old # of the host', envelope));
});

for (const [text, why] of [
  ['a: &x old\nb: *x\n', /more than the value would change/],
  ['{a: old}\n', /braces/],
  ['{b: 1}\n', /not written as lines/],
  ['- 1\n', /not written as lines/],
  ['b: [\n', /not YAML/],
  ['b: 1\n...\n', /ends before the file/],
] as const) {
  test(`setKey() refuses what it cannot change alone: ${JSON.stringify(text)}`, () => {
    assert.throws(() => setKey(text, file, 'a', word('x')), { name: 'NotEditable', message: why });
  });
}
