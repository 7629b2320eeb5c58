import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { loadInventory } from '../../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../../deployer/inventory/problem.ts';
import { Secret } from '../../../deployer/inventory/secret.ts';
import { need } from '../../support/need.ts';
import { testContext } from '../../support/test-context.ts';
import { TestDirectory } from '../../support/test-directory.ts';
import { Oracle } from './oracle.ts';

const oracle = new Oracle();
after(() => oracle[Symbol.dispose]());

/** What templates may name. */
const VARIABLES = `
    s: text
    upper: "ABC def"
    n: 5
    big: 123456789012345678901
    f: 1.5
    whole: 2.0
    yes_: yes
    no_: no
    nothing:
    empty: ""
    digits: "42"
    l: [a, 1, yes, 2.5]
    words: [x, y]
    m: {k: v, n: 2, l: [1, 2], deep: {er: low}, 3: three}
    raw: !unsafe "{{ s }}"
    ref: "{{ s }}-{{ n }}"
    chain: "{{ ref }}!"
    quoted: "it's \\"quoted\\" \\\\ back"
    uni: "größe ✓"
    spaces: "  padded  "
    truth: "True"
`;

type Answer = Readonly<
  Record<string, Readonly<Record<string, { value: unknown } | { error: string }>>>
>;

function inventoryOf(templates: readonly string[]): string {
  const lines = templates.map((template, index) => `    t${index}: ${JSON.stringify(template)}\n`);
  return `all:\n  vars:${VARIABLES}${lines.join('')}  children:\n    nas: {hosts: {h1.lan: , h2: {only: two}}}\n`;
}

/** Every template's value with us and with Ansible. */
async function both(templates: readonly string[]) {
  await using directory = await TestDirectory.create({ 'inventory.yaml': inventoryOf(templates) });
  const reply = await oracle.ask<Answer>({
    op: 'template',
    file: directory.file('inventory.yaml'),
  });
  assert.ok('answer' in reply, JSON.stringify(reply));
  const inventory = await loadInventory('inventory.yaml', {
    // As oracle.py has it.
    context: testContext({ cwd: directory.path, env: { HOME: '/nonexistent' } }),
  });
  const host = inventory.hosts.find(({ name }) => name === 'h1.lan');
  assert.ok(host !== undefined);
  return templates.map((template, index) => ({
    template,
    ours: attempt(() => host.variable(`t${index}`)),
    theirs: untype(reply.answer['h1.lan']?.[`t${index}`]),
  }));
}

function attempt(work: () => unknown): { value: unknown } | { error: string } {
  try {
    return { value: plain(work()) };
  } catch (error) {
    if (error instanceof InventoryError) return { error: error.message };
    throw error;
  }
}

/** The oracle's typed values without their types: what the types were is the business of scalars.test.ts. */
function untype(answer: unknown): { value: unknown } | { error: string } {
  return JSON.parse(JSON.stringify(answer), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('int' in value) return plain(BigInt(String(value.int)));
    if ('float' in value) return Number(value.float);
    if (Array.isArray(value) || !('map' in value)) return value;
    const keys = (key: string): string => {
      const parsed: unknown = JSON.parse(key);
      return typeof parsed === 'object' && parsed !== null && 'int' in parsed
        ? String(parsed.int)
        : String(parsed);
    };
    return Object.fromEntries(
      (value.map as [string, unknown][]).map(([key, item]) => [keys(key), item]),
    );
  });
}

function plain(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** What we refuse although Ansible takes it; each of these says so. */
const DECLARED =
  /not supported|Ansible versions read differently|let it stand alone|use ~ to join|found an empty one/;

function assertAgree({
  template,
  ours,
  theirs,
}: Awaited<ReturnType<typeof both>>[number]): 'same' | 'refused' {
  if ('value' in ours) {
    assert.deepEqual(ours, theirs, template);
    return 'same';
  }
  if ('value' in theirs)
    assert.match(ours.error, DECLARED, `${template} is ${JSON.stringify(theirs.value)} to Ansible`);
  return 'refused';
}

test('templates give what Ansible gives', need('Ansible'), async () => {
  const templates =
    `{{ s }}|{{n}}|{{ n + 1 }}|{{ f }}|{{ whole }}|x{{ whole }}|{{ yes_ }}|a{{ yes_ }}|{{ nothing }}|a{{ nothing }}b|{{ l }}
{{ m }}|{{ m.k }}|{{ m['k'] }}|{{ m.n }}|{{ m.l[1] }}|{{ m.l.0 }}|{{ m[3] }}|{{ m.deep.er }}|{{ l[-1] }}|{{ l[0] }}{{ l[1] }}|{{ raw }}
{{ ref }}|{{ chain }}|{{ chain }}{{ raw }}|{{ s ~ n ~ yes_ }}|{{ s + 'x' }}|{{ l + words }}|{{ missing | default('d') }}|{{ empty | default('d', true) }}
{{ empty | default('d') }}|{{ m.nope | default(n) }}|{{ m.nope.more | d('x') }}|{{ nothing | default('d') }}|{{ nothing | default('d', boolean=True) }}
{{ upper | lower }}|{{ upper | upper }}|{{ s | replace('t', 'T') }}|{{ digits | int }}|{{ digits | int + 1 }}|{{ 'x' | int }}|{{ 'x' | int(7) }}|{{ '4.7' | int }}
{{ 'yes' | bool }}|{{ 'nope' | bool }}|{{ 1 | bool }}|{{ s | to_json }}|{{ uni | to_json }}|{{ uni | to_json(ensure_ascii=False) }}|x{{ l | to_json }}
x{{ m.deep | to_json }}|{{ n | to_json }}|{{ f | to_json }}|{{ yes_ | to_json }}|{{ nothing | to_json }}|{{ uni | b64encode }}|{{ words | join(',') }}|{{ l | join }}
{{ words | length }}|{{ s | length }}|{{ words | first }}|{{ words | last }}|{{ spaces | trim }}|{{ n | string }}|{{ inventory_hostname }}|{{ inventory_hostname_short }}
{{ group_names }}|{{ groups.nas }}|{{ groups['all'] | length }}|{{ hostvars['h2'].only }}|{{ hostvars['h2']['s'] }}|{{ hostvars.h2.ref }}|{{ hostvars['h2'].inventory_hostname }}
{{ 'a' if yes_ else 'b' }}|{{ 'a' if no_ else 'b' }}|{{ s is defined }}|{{ missing is defined }}|{{ missing is not defined }}|{{ missing is undefined }}
{{ 'x' if missing is defined else s }}|{{ n == 5 }}|{{ n != 5 }}|{{ n == '5' }}|{{ yes_ == 1 }}|{{ s in words }}|{{ 'x' in words }}|{{ 'x' not in words }}|{{ 'k' in m }}
{{ 'ex' in s }}|{{ not yes_ }}|{{ yes_ and s }}|{{ no_ or s }}|{{ no_ and s }}|{{ (s) }}|{{ (n + 1) * 2 }}|{{ 'True' }}|{{ truth }}|x{{ truth }}|{{ none }}
{{ 1.5 }}|{{ 007 }}|{{ 1_000 }}|{{ "a" "b" }}|{{ 'a\\nb' }}|{{ quoted }}|{{ [] }}|{{ [1, s] }}|{{ ['a'] | first }}|{{- s -}} x|a {{- s }} b|a {{ s -}} b|{{ big }}|x{{ big }}
 {{ s }} |{{ s }}
|{{s}} {{n}}|{{ '{{' }}|{{ "}}" }}|a}}b|{{ s }}}|{ {{ s }} }|{{ 'a' | default }}|{{ missing }}|{{ m.nope }}|{{ l[9] }}|{{ s.nope }}|{{ undefined_fn() }}|{{ s | nofilter }}
{{ lookup('env', 'HOME') }}|{{ s.upper() }}|{% if yes_ %}x{% endif %}|{# c #}x|{{|{{ }}|{{ s|}}|{{ s. }}|{{ | }}|{{ s }|{{ 'a }}|{{ n - 1 }}|{{ -1 }}|{{ m.items }}|{{ m.keys() }}|{{ omit }}
{{ l | to_json }}|{{ '[1]' }}|[{{ n }}]|{{ '{' }}|{{ s | default(missing) }}|{{ s | default(omit) }}|{{ missing | default(missing) }}|{{ words | join(sep='-') }}|{{ words | join(d='-') }}
|{{ lookup('ansible.builtin.env', 'HOMELAB_NONE') }}|{{ lookup('env', 'HOMELAB_NONE') | default('d', true) }}|{{ lookup("env", 'HO' ~ 'ME') ~ s }}
|{{ lookup('env', 'HOMELAB_NONE') | default('d') }}|{{ lookup('file', '/etc/hostname') }}|{{ query('env', 'HOME') }}|{{ lookup('env', 'HOME', 'PATH') }}|{{ lookup() }}`.split(
      '|',
    );
  for (const answer of await both(templates)) assertAgree(answer);
});

test(
  'generated templates give what Ansible gives, or are refused with a reason',
  need('Ansible'),
  async () => {
    const name = fc.constantFrom(
      ...[
        's',
        'upper',
        'n',
        'f',
        'whole',
        'yes_',
        'no_',
        'nothing',
        'empty',
        'digits',
        'l',
        'words',
        'm',
        'm.k',
        'm.deep',
      ],
      ...[
        "m['l']",
        'm.nope',
        'l[0]',
        'raw',
        'ref',
        'uni',
        'missing',
        'truth',
        'quoted',
        'inventory_hostname',
        'group_names',
      ],
      ...["'lit'", '"5"', '1', '2.5', 'true', 'none', "''", '[1, s]', "['x']"],
    );
    const filter = fc.constantFrom(
      ...[
        'lower',
        'upper',
        "replace('e', 'E')",
        'int',
        'bool',
        'to_json',
        'b64encode',
        "default('d')",
        "d('', true)",
        'string',
      ],
      ...["join('+')", 'length', 'first', 'last', 'trim', 'int(3)', "default('d', boolean=true)"],
    );
    const { expression } = fc.letrec<{ expression: string; operand: string }>(tie => ({
      operand: fc.oneof(
        { weight: 4, arbitrary: name },
        {
          weight: 3,
          arbitrary: fc.tuple(tie('operand'), filter).map(([of, with_]) => `${of} | ${with_}`),
        },
        { weight: 1, arbitrary: tie('expression').map(inner => `(${inner})`) },
      ),
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        tie('operand'),
        fc
          .tuple(
            tie('operand'),
            fc.constantFrom('~', '+', '==', '!=', 'in', 'not in', 'and', 'or'),
            tie('operand'),
          )
          .map(parts => parts.join(' ')),
        tie('operand').map(of => `not ${of}`),
        tie('operand').map(of => `${of} is defined`),
        fc
          .tuple(tie('operand'), tie('operand'), tie('operand'))
          .map(([a, b, c]) => `${a} if ${b} else ${c}`),
      ),
    }));
    const template = fc
      .array(
        fc.oneof(
          fc.constantFrom('a', ' ', '-', ''),
          expression.map(inner => `{{ ${inner} }}`),
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map(parts => parts.join(''));
    const seen = { same: 0, refused: 0 };
    for (let seed = 1; seed <= 2; seed += 1) {
      for (const answer of await both(fc.sample(template, { numRuns: 200, seed })))
        seen[assertAgree(answer)] += 1;
    }
    assert.ok(seen.same > 100 && seen.refused > 10, JSON.stringify(seen));
  },
);
