import { keys, variablePrefix } from '../../../agent/contract/keys.ts';
import type { Spec } from '../../../agent/contract/spec.ts';
import { deploymentVariables, roleVariables } from '../../../agent/contract/variables.ts';

/** Keys of config.yaml that have an effect. */
export const effectiveSpecs: readonly (readonly [string, Spec])[] = Object.entries(keys).filter(
  ([, { kind }]) => kind !== 'ignored',
);

/** Every variable of the role, by its whole name. */
export const allRoleVariables: readonly (readonly [string, Spec])[] = prefixed([
  ...Object.entries<Spec>(deploymentVariables),
  ...effectiveSpecs,
  ...Object.entries<Spec>(roleVariables),
]);

function prefixed(entries: readonly (readonly [string, Spec])[]): [string, Spec][] {
  return entries.map(([key, spec]) => [variablePrefix + key, spec]);
}

/** What toServerId() does, in Jinja. */
export const serverIdTemplate = `{{ inventory_hostname if inventory_hostname is match('${keys.server_id.pattern.source}') else (inventory_hostname | lower | regex_replace('[^a-z0-9-]+', '-') | regex_replace('-{2,}', '-') | regex_replace('^-|-$', ''))[:100] }}`;

/** The role's value if a variable is not set; undefined if it must be set. */
export function roleDefault(name: string, spec: Spec): unknown {
  if (name === 'homelab_agent_server_id') return '{{ __homelab_agent_default_server_id }}';
  return 'default' in spec ? spec.default : undefined;
}

/** The sentence with the range behind it, where there is one. */
export function aboutOf(spec: Spec): string {
  if (spec.kind === 'integer') return `${spec.about.slice(0, -1)}, ${spec.min} to ${spec.max}.`;
  if (spec.kind === 'choice') return `${spec.about.slice(0, -1)}: ${spec.choices.join(', ')}.`;
  return spec.about;
}

/** As comment lines of at most `width` characters. */
export function comment(text: string, width = 110): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= width) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
