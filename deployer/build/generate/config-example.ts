import type { Spec } from '../../../agent/contract/spec.ts';
import { aboutOf, comment, effectiveSpecs } from './words.ts';

const HEAD = `# yaml-language-server: $schema=config.schema.json
# The agent's configuration: copy it to /etc/homelab-agent/config.yaml, then run install-agent.sh.
# A key with a "#" before it is optional and shows its default or an example.
# A configuration of the hub's Python agent is read as it is; its keys for running commands have no effect.
`;

/** Without these the agent cannot send. */
const NEEDED = ['hub_url', 'server_id', 'api_key'];

/** config.yaml.example: every key with its sentence. */
export function configExample(): string {
  const parts = effectiveSpecs.map(([key, spec]) => {
    const mark = NEEDED.includes(key) ? '' : '#';
    const lines = valueLines(key, spec).map(line => `${mark}${line}`);
    return [...comment(aboutOf(spec)), ...lines].join('\n');
  });
  return `${HEAD}\n${parts.join('\n\n')}\n`;
}

function valueLines(key: string, spec: Spec): string[] {
  if (spec.kind === 'list') {
    return [`${key}:`, ...spec.example.map(item => `  - ${JSON.stringify(item)}`)];
  }
  return [`${key}: ${JSON.stringify(exampleOf(key, spec))}`];
}

/** Of a key that has to be set, what is refused until it is. */
function exampleOf(key: string, spec: Spec): unknown {
  if (NEEDED.includes(key) && 'placeholder' in spec) return spec.placeholder;
  if ('default' in spec) return spec.default;
  return 'example' in spec ? spec.example : '';
}
