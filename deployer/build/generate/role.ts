import { Document, isScalar, Scalar, visit } from 'yaml';
import { places } from '../../../agent/contract/places.ts';
import type { Spec } from '../../../agent/contract/spec.ts';
import { playbookVariables } from '../../../agent/contract/variables.ts';
import { sha256 } from '../../lib/digest.ts';
import { configSchema } from './json-schemas.ts';
import {
  aboutOf,
  allRoleVariables,
  comment,
  effectiveSpecs,
  roleDefault,
  serverIdTemplate,
} from './words.ts';

const NOTE = 'Generated from agent/contract/ by "npm run generate".';

/** defaults/main.yml: each variable below its sentence; those without a default as comments with an example. */
export function roleDefaults(): string {
  const parts = allRoleVariables.map(([name, spec]) => {
    const value = roleDefault(name, spec);
    const line =
      value === undefined && 'example' in spec
        ? `# ${name}: ${'secret' in spec ? '!vault …' : spec.example}`
        : oneLine(name, value);
    return [...comment(aboutOf(spec)), line].join('\n');
  });
  return `---\n# ${NOTE}\n\n${parts.join('\n\n')}\n`;
}

/** meta/argument_specs.yml. No `no_log`: ansible-core 2.14 cannot check a vaulted value that is hidden so. */
export function argumentSpecs(): string {
  const author = 'the homelab-agent authors';
  return yaml({
    argument_specs: {
      main: {
        short_description: 'Install, update and check the agent on a server, or remove it',
        description: [
          'Installs the agent from C(dist/), writes its configuration, activates it behind a health gate, and verifies it.',
          'A release that does not become ready is rolled back on the server, and the play fails for that server alone.',
        ],
        author,
        options: Object.fromEntries(
          allRoleVariables.map(([name, spec]) => [
            name,
            { ...argumentType(spec), ...defaulted(name, spec), description: aboutOf(spec) },
          ]),
        ),
      },
      rollback: {
        short_description: 'Go back to a release that is still on the server',
        author,
        options: {
          homelab_agent_rollback_release: {
            type: 'str',
            description: 'The release to go back to; left out, the one that was live before.',
          },
        },
      },
    },
  });
}

/** vars/main/contract.yml: what the role's templates and tasks need of the contract. */
export function roleContract(): string {
  return yaml({
    __homelab_agent_keys: effectiveSpecs.map(([key]) => key),
    __homelab_agent_variables: Object.fromEntries(
      allRoleVariables.map(([name, spec]) => [name, data(spec)]),
    ),
    __homelab_agent_playbook_variables: playbookVariables.map(key => `homelab_agent_${key}`),
    __homelab_agent_with_default: allRoleVariables.flatMap(([name, spec]) =>
      roleDefault(name, spec) === undefined ? [] : [name],
    ),
    __homelab_agent_default_server_id: serverIdTemplate,
    __homelab_agent_places: places,
    // In SHA256SUMS of an artifact that checks a configuration by the same rules.
    __homelab_agent_schema: `${sha256(configSchema())}  config.schema.json`,
  });
}

function data(spec: Spec): object {
  switch (spec.kind) {
    case 'text': {
      const { kind, pattern, expected, secret, placeholder, required } = spec;
      return { kind, pattern: pattern.source, expected, secret, placeholder, required };
    }
    case 'list': {
      const { kind, pattern, expected, items, maxItems } = spec;
      return { kind, pattern: pattern.source, expected, items, maxItems };
    }
    case 'integer': {
      const { kind, min, max, unit } = spec;
      return { kind, min, max, unit };
    }
    case 'choice': {
      const { kind, choices } = spec;
      return { kind, choices };
    }
    default:
      return { kind: spec.kind };
  }
}

function argumentType(spec: Spec): object {
  switch (spec.kind) {
    case 'integer':
      return { type: 'int' };
    case 'flag':
      return { type: 'bool' };
    case 'choice':
      return { type: 'str', choices: spec.choices };
    case 'list':
      return { type: 'list', elements: 'str' };
    default:
      return { type: 'str' };
  }
}

function defaulted(name: string, spec: Spec): object {
  const value = roleDefault(name, spec);
  return value === undefined ? {} : { default: value };
}

function oneLine(name: string, value: unknown): string {
  return `${name}: ${typeof value === 'string' && !value.includes('{{') ? value : JSON.stringify(value)}`;
}

/** As ansible-lint wants it; a long word alone on its line. */
function yaml(value: unknown): string {
  const document = new Document(JSON.parse(JSON.stringify(value)));
  visit(document, {
    Scalar(key, node) {
      const long = typeof node.value === 'string' && node.value.length > 100;
      if (key === 'value' && long && isScalar(node) && !String(node.value).includes(' ')) {
        node.type = Scalar.BLOCK_FOLDED;
      }
    },
  });
  return `---\n# ${NOTE}\n${document.toString({ lineWidth: 105, singleQuote: false })}`;
}
