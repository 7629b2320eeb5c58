import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InventoryError } from '../../../../deployer/inventory/problem.ts';
import { allSettingsOf, VALID } from './settings-rig.ts';

const HOST = '  hosts:\n    nas-1:\n';

/** A variable `a0`, and each of the others made of the one before by this template, in which P stands for it. */
function chain(template: string, length: number): string {
  const lines = Array.from(
    { length },
    (_, at) => `    a${at + 1}: "{{ ${template.replaceAll('P', `a${at}`)} }}"\n`,
  );
  return `    a0: xxxxxxxxxx\n${lines.join('')}    homelab_agent_server_id: '{{ a${length} }}'\n${HOST}`;
}

/** The variable that the server's name is made of. */
function used(value: string): string {
  return `    n: ${value}\n    homelab_agent_server_id: '{{ n }}'\n${HOST}`;
}

function aliases(depth: number): string {
  const lines = Array.from(
    { length: depth },
    (_, at) => `    a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(', ')}]\n`,
  );
  return `    a0: &a0 [x, x, x]\n${lines.join('')}${HOST}`;
}

const LONG = /Expected a template that gives at most 1048576 characters/;
const PARTS = /Expected an expression of at most 500 parts/;
const DEEP = /Expected (at most 64|fewer) levels of nesting/;
const DIGITS = /Expected a number of at most 4300 digits/;
const HOSTS = /Expected at most 10000 hosts/;

/** Each is some lines, or at most a megabyte, and asks for more than any machine has. */
const CASES: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['aliases of aliases', aliases(8), /:\d+: Expected aliases that repeat at most 100000 values/],
  ['thirty levels of them', aliases(30), /Expected aliases that repeat at most/],
  [
    'a long text repeated',
    `    a: &a ${'x'.repeat(100_000)}\n    b: [${Array(200).fill('*a').join(', ')}]\n${HOST}`,
    /Expected aliases that repeat at most/,
  ],
  ['a chain of replace', chain("P | replace('x', 'xxxxxxxxxx')", 30), LONG],
  ['a chain of ~', chain('P ~ P', 40), LONG],
  ['a chain of +', chain('P + P', 40), LONG],
  ['a chain of join', chain("[P, P, P] | join('x')", 30), LONG],
  ['a chain of lists', chain('[P, P, P]', 30), LONG],
  ['a chain of b64encode', chain('P | b64encode', 80), LONG],
  ['a chain of to_json', chain('P | to_json', 40), LONG],
  ['a chain of texts', chain('P }}{{ P', 40), LONG],
  ['a chain of variables', chain('P', 5_000), /Expected a value, found a template that needs more/],
  ['an endless sum', used(`"{{ 1${' + 1'.repeat(50_000)} }}"`), PARTS],
  ['an endless chain of filters', used(`"{{ 'a'${' | lower'.repeat(50_000)} }}"`), PARTS],
  ['endless negations', used(`"{{ ${'not '.repeat(50_000)} 1 }}"`), PARTS],
  ['endless items', used(`"{{ a${'.b'.repeat(50_000)} }}"`), PARTS],
  ['endless choices', used(`"{{ 1${' if 1 else 1'.repeat(20_000)} }}"`), PARTS],
  [
    'endless expressions',
    used(`"${"{{ 'a' }}".repeat(50_000)}"`),
    /Expected a template of at most/,
  ],
  ['endless brackets', used(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), DEEP],
  ['endless lists', `x: ${'- '.repeat(50_000)}a\n`, /Expected/],
  ['endless keys', `${'? '.repeat(20_000)}a\n`, DEEP],
  ['a number of a million digits', used('9'.repeat(1_000_000)), DIGITS],
  ['a number to the base of 60', used(`1${':00'.repeat(200_000)}`), DIGITS],
  [
    'a text of a million digits',
    used(`'${'9'.repeat(900_000)}'`).replace('{{ n }}', '{{ n | int }}'),
    DIGITS,
  ],
  ['a range without end', `  hosts:\n    nas-[1:99999999]:\n`, HOSTS],
  ['a range beyond all numbers', `  hosts:\n    nas-[0:99999999999999999999999]:\n`, HOSTS],
  ['a product of ranges', `  hosts:\n    nas-[1:300]-[1:300]:\n`, HOSTS],
  ['many ranges', `  hosts:\n${[1, 2, 3].map(n => `    n${n}-[1:5000]:\n`).join('')}`, HOSTS],
  [
    'a thousand groups and one',
    `  children:\n${Array.from({ length: 1_001 }, (_, n) => `    g${n}:\n`).join('')}`,
    /:\d+:5: Expected at most 1000 groups/,
  ],
  ['too many lines', `${HOST}${'\n'.repeat(60_000)}`, /Expected at most 50000 lines/],
  [
    'a large file',
    `${HOST}# ${'x'.repeat(1_100_000)}\n`,
    /Expected a file of at most 1048576 bytes/,
  ],
];

for (const [name, text, message] of CASES) {
  test(`an inventory with ${name} costs little, and the error says where it is`, async () => {
    await assert.rejects(allSettingsOf(`${VALID}${text}`), error => {
      assert.ok(error instanceof InventoryError, String(error));
      assert.match(error.message, message);
      assert.match(error.message, /^inventory\.yaml:\d+:\d+: /);
      return true;
    });
  });
}

test('templates cannot make much of many small pieces', async () => {
  const many = Array.from({ length: 300 }, (_, at) => `    b${at}: "{{ a ~ '${at}' }}"\n`);
  const list = Array.from({ length: 300 }, (_, at) => `'{{ b${at} }}'`).join(', ');
  const big = `    a: '${'x'.repeat(900_000)}'\n`;
  const services = `    homelab_agent_monitored_services: [${list}]\n`;
  await assert.rejects(allSettingsOf(`${VALID}${big}${many.join('')}${services}${HOST}`), {
    message: /Expected templates that make at most 134217728 characters together/,
  });
});

test('tabs, marks and comments are looked for in time linear in the file', async () => {
  const texts = [
    '\t'.repeat(300_000),
    '|#'.repeat(300_000),
    ' '.repeat(600_000),
    '# '.repeat(300_000),
  ];
  for (const text of texts) {
    const [settings] = await allSettingsOf(`${VALID}    n: "a${text}b"\n${HOST}`);
    assert.equal(settings?.name, 'nas-1');
  }
});
