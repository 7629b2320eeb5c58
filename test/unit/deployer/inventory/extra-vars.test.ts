import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../../../../deployer/inventory/config/find-config.ts';
import { readExtraVars } from '../../../../deployer/inventory/extra-vars.ts';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { Vault } from '../../../../deployer/inventory/vault/vault.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

async function variables(...extraVars: string[]): Promise<Record<string, unknown>> {
  await using directory = await TestDirectory.create({
    'inventory.yaml': 'all: {hosts: {a: {x: host, y: host}}}\n',
    'host_vars/a.yml': 'x: host_vars\n',
    'more.yml': 'x: 5\nlist: [1, "{{ y }}"]\n',
  });
  const context = testContext({ cwd: directory.path });
  const inventory = await loadInventory('inventory.yaml', { context, extraVars });
  return { ...inventory.hosts[0]?.vars() };
}

test('-e wins over every other variable: texts, a file, or YAML, the last one counts', async () => {
  assert.deepEqual(await variables('x=1 z="a b"'), { x: '1', y: 'host', z: 'a b' });
  assert.deepEqual(await variables('x=1', '@more.yml'), { x: 5, y: 'host', list: [1, 'host'] });
  assert.deepEqual(await variables('@more.yml', '{x: 7, y: "{{ x }}", list: []}'), {
    ...{ x: 7, y: 7, list: [] },
  });
  assert.deepEqual(await variables('x=a=b'), { x: 'a=b', y: 'host' });
});

test('-e key=value is split as Ansible splits it, which is no shell', async () => {
  const texts: [option: string, variables: Record<string, string>][] = [
    [`x=b'c'd y="it's"`, { x: "b'c'd", y: "it's" }],
    ['x="b"c y=', { x: '"b"c', y: '' }],
    [`x='b c'"d e"`, { x: `'b c'"d e"` }],
    ['x={{ y }}-{{ "a" ~ y }}', { x: 'host-ahost' }],
    ['x=1\ny=" 2 "', { x: '1', y: ' 2 ' }],
    ['x=a\ty=b', { x: 'a\ty=b' }],
  ];
  for (const [option, expected] of texts) {
    assert.deepEqual(await variables(option), { x: 'host_vars', y: 'host', ...expected }, option);
  }
});

test('-e refuses a mapping where Ansible would merge it', async () => {
  const env = { ANSIBLE_HASH_BEHAVIOUR: 'merge', PATH: '/nonexistent' };
  await using directory = await TestDirectory.create({});
  const context = testContext({ cwd: directory.path, env });
  const settings = await readSettings(context, path => path);
  const vault = new Vault(() => Promise.resolve([]));
  const read = (option: string) => readExtraVars([option], { context, vault, settings });
  assert.equal((await read('{a: 1}')).size, 1);
  await assert.rejects(read('{m: {a: 1}}'), {
    message: /^-e:1:2: m: Expected no mapping in -e with ANSIBLE_HASH_BEHAVIOUR = merge \(/,
  });
});

test('-e refuses what is no variable, and says how to write one', async () => {
  const wrong: [option: string, message: RegExp][] = [
    ['x', /^-e: Expected key=value, @FILE or \{key: value\}, found "x"/],
    ['x=a b', /found "b": quote a value that has spaces/],
    ['./more.yml', /^-e: Expected variables, found the path \.\/more\.yml: put @ before/],
    ['@gone.yml', /^Cannot read -e @gone\.yml: there is no such file/],
    ['[1]', /^-e:1:1: Expected variables, found a list/],
    [
      "x='",
      /^-e: Expected each quote with its pair, found one alone: close it, or write \{"key": "it's"\}/,
    ],
    [
      'x=a\\b',
      /^-e: Expected key=value without a backslash, found one: write \{"key": "C:\\\\dir"\}/,
    ],
    ['"x=1"', /found "\\"x=1\\"": quote a value/],
  ];
  for (const [option, message] of wrong) await assert.rejects(variables(option), { message });
});
