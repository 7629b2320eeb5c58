import fc from 'fast-check';

/** An inventory and the variable files beside it: relative paths and their texts. `inventory.yaml` is one of them. */
export type Files = Readonly<Record<string, string>>;

interface GroupTree {
  readonly hosts?: readonly (readonly [string, Vars | null])[] | string | null;
  readonly vars?: Vars | null;
  readonly children?: readonly (readonly [string, GroupTree | null])[] | null;
}
type Section = [string, GroupTree[keyof GroupTree]];
type Vars = readonly (readonly [string, string])[];

const groupName = fc.constantFrom('all', 'ungrouped', 'nas', 'pi', 'lab', 'rack-1', 'z.x');
const hostKey = fc.constantFrom(
  ...['h1', 'h2', 'h3', 'nas', 'x.y.lan', 'H1', 'h_1', '10.0.0.1', 'fe80::1', 'localhost'],
  ...[
    'h[1:3]',
    'h[01:03]',
    'h[a:c]',
    'h[1:5:2]',
    'h[:2]',
    '10.0.0.[1:2]',
    'h[1:2]-[a:b].lan',
    'fe80::[8:a]',
  ],
  ...[
    'h1:2222',
    'h[1:2]:22',
    '10.0.0.1:23',
    '[fe80::1]:24',
    '[h1]:25',
    'h1:',
    'h1:x',
    'h1:0',
    'ü1',
  ],
);
/** Keys that Ansible refuses, or takes in a way of its own. */
const oddHostKey = fc.constantFrom(
  'h[3:1]',
  'h[1:',
  'h]1[',
  'h[1-3]',
  'h[01:3]',
  'h[1:3',
  'a b',
  '-h',
  'h[a:3]',
  '',
);
const varName = fc.constantFrom(
  'a',
  'b',
  'c',
  'd',
  'ansible_host',
  'ansible_port',
  'ansible_group_priority',
);
const rawValue = fc.constantFrom(
  ...[
    '1',
    '2',
    '1.0',
    'yes',
    'no',
    '0644',
    '22:22',
    '~',
    '',
    'text',
    '"quoted"',
    "'it''s'",
    '2024-01-02',
    '1e3',
  ],
  ...[
    '[1, yes, x]',
    '{k: v, 1: 2, yes: no}',
    '{}',
    '[]',
    '!unsafe "{{ x }}"',
    '!!str 5',
    '!!int "7"',
    '123456789012345678901',
  ],
  ...[
    '&x {k: 1}',
    '{<<: {k: 1, l: 2}, k: 3}',
    '"\\u00fc\\n"',
    '"10"',
    '- 1',
    'a b',
    '.inf',
    '!!float 1',
    '{"a":1}',
    '[a, [b]]',
  ],
);

const vars: fc.Arbitrary<Vars> = fc.array(fc.tuple(varName, rawValue), { maxLength: 4 });
const hosts = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.tuple(hostKey, fc.option(vars)), { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.tuple(oddHostKey, fc.option(vars)), { maxLength: 2 }) },
  { weight: 1, arbitrary: hostKey },
);

const { tree } = fc.letrec<{ tree: GroupTree }>(tie => ({
  tree: fc.record(
    {
      hosts: fc.option(hosts),
      vars: fc.option(vars),
      children: fc.option(
        fc.array(fc.tuple(groupName, fc.option<GroupTree>(tie('tree'), { depthSize: 'small' })), {
          maxLength: 3,
          depthIdentifier: 'tree',
        }),
      ),
    },
    { requiredKeys: [] },
  ),
}));

const varsFileName = fc
  .tuple(
    fc.constantFrom('group_vars', 'host_vars'),
    fc.constantFrom('all', 'nas', 'pi', 'lab', 'h1', 'h2', 'rack-1', 'x.y.lan', 'ungrouped'),
    fc.constantFrom(
      '',
      '.yml',
      '.yaml',
      '.json',
      '.txt',
      '/a.yml',
      '/b',
      '/.hidden.yml',
      '/c~',
      '/sub/a.yaml',
      '/sub.d/a.yml',
    ),
  )
  .map(parts => `${parts[0]}/${parts[1]}${parts[2]}`);

/** Any inventory, most of them valid; `varsFiles` are written beside it. */
export const arbitraryInventory: fc.Arbitrary<Files> = fc
  .record({
    groups: fc.array(fc.tuple(groupName, tree), { minLength: 1, maxLength: 4 }),
    varsFiles: fc.dictionary(varsFileName, vars, { maxKeys: 4 }),
  })
  .map(({ groups, varsFiles }) => ({
    ...Object.fromEntries(
      Object.entries(varsFiles).map(([name, content]) => [
        name,
        emitVars(content, '') || '# nothing\n',
      ]),
    ),
    'inventory.yaml': groups
      .map(([name, group]) => `${JSON.stringify(name)}:${emitGroup(group, '  ')}`)
      .join(''),
  }));

function emitGroup(group: GroupTree | null, indent: string): string {
  const inner = `${indent}  `;
  const sections: string[] = [];
  for (const [section, content] of Object.entries(group ?? {}) as Section[]) {
    if (typeof content === 'string') sections.push(`${section}: ${JSON.stringify(content)}`);
    else
      sections.push(
        `${section}:\n${(content ?? []).map(item => emitItem(section, item, inner)).join('')}`,
      );
  }
  return `\n${sections.map(text => `${indent}${text.replace(/\n$/, '')}\n`).join('')}`;
}

function emitItem(
  section: string,
  [name, item]: readonly [string, string | Vars | GroupTree | null],
  indent: string,
): string {
  const inner = `${indent}  `;
  if (typeof item === 'string') return emitVars([[name, item]], indent);
  const text =
    section === 'children'
      ? emitGroup(item as GroupTree | null, inner)
      : `\n${emitVars((item ?? []) as Vars, inner)}`;
  return `${indent}${JSON.stringify(name)}:${text}`;
}

function emitVars(content: Vars, indent: string): string {
  return content
    .map(([name, value]) => `${indent}${name}: ${value === '- 1' ? `\n${indent}  - 1` : value}\n`)
    .join('');
}
