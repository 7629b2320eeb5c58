import { keys, variablePrefix } from '../../../agent/contract/keys.ts';
import type { Spec } from '../../../agent/contract/spec.ts';
import { playbookVariables } from '../../../agent/contract/variables.ts';
import { aboutOf, allRoleVariables } from './words.ts';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

type Schema = Readonly<Record<string, unknown>>;

/** JSON Schema of config.yaml, for editors. The agent's own check decides. */
export function configSchema(): string {
  const all = Object.entries<Spec>(keys);
  return text({
    $schema: DRAFT,
    title: "The homelab agent's config.yaml",
    type: 'object',
    additionalProperties: false,
    required: all.flatMap(([key, spec]) => ('required' in spec ? [key] : [])),
    anyOf: [{ required: ['api_key'] }, { required: ['api_token'] }],
    properties: Object.fromEntries(
      all.map(([key, spec]) => [
        key,
        spec.kind === 'ignored'
          ? { description: spec.about }
          : { description: aboutOf(spec), ...typeOf(spec), ...defaultOf(spec) },
      ]),
    ),
  });
}

/** JSON Schema of an Ansible inventory in YAML that holds this project's variables. */
export function inventorySchema(): string {
  const known = [
    ...allRoleVariables.map(([name]) => name.slice(variablePrefix.length)),
    ...playbookVariables,
  ];
  return text({
    $schema: DRAFT,
    title: 'An inventory for homelab-deploy and the role homelab_agent',
    type: 'object',
    additionalProperties: { $ref: '#/definitions/group' },
    definitions: {
      group: {
        type: ['object', 'null'],
        additionalProperties: false,
        properties: {
          hosts: orNull({ $ref: '#/definitions/variables' }),
          children: orNull({ $ref: '#/definitions/group' }),
          vars: { $ref: '#/definitions/variables' },
        },
      },
      variables: {
        type: ['object', 'null'],
        properties: Object.fromEntries(
          allRoleVariables.map(([name, spec]) => [
            name,
            { description: aboutOf(spec), ...defaultOf(spec), anyOf: [asWritten(spec), TEMPLATE] },
          ]),
        ),
        patternProperties: { [`^${variablePrefix}(?!(?:${known.join('|')})$)`]: false },
      },
    },
  });
}

const TEMPLATE: Schema = { type: 'string', pattern: '\\{[{%]' };

function orNull(values: Schema): Schema {
  return { type: ['object', 'null'], additionalProperties: values };
}

function typeOf(spec: Spec): Schema {
  switch (spec.kind) {
    case 'text':
      return { type: 'string', pattern: spec.pattern.source };
    case 'integer':
      return { type: 'integer', minimum: spec.min, maximum: spec.max };
    case 'choice':
      return { enum: spec.choices };
    case 'flag':
      return { type: 'boolean' };
    case 'list':
      return {
        type: 'array',
        maxItems: spec.maxItems,
        items: { type: 'string', pattern: spec.pattern.source },
      };
    case 'ignored':
      return {};
  }
}

/** In an inventory a number may be a text, a word such as yes is true, and a secret is vaulted. */
function asWritten(spec: Spec): Schema {
  if ('secret' in spec) return { type: ['string', 'null'] };
  if (spec.kind === 'integer') {
    return { anyOf: [typeOf(spec), { type: 'string', pattern: '^\\s*[-+]?[0-9]+\\s*$' }] };
  }
  if (spec.kind === 'flag') return { type: ['boolean', 'string', 'integer'] };
  if (spec.kind === 'text' && !('required' in spec))
    return { anyOf: [typeOf(spec), { type: 'null' }] };
  return typeOf(spec);
}

function defaultOf(spec: Spec): Schema {
  return 'default' in spec ? { default: spec.default } : {};
}

function text(schema: Schema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
