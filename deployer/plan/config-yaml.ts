import { effectiveKeys } from '../../agent/contract/keys.ts';
import { Secret } from '../inventory/secret.ts';
import type { AgentSettings } from '../inventory/settings/agent-settings.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';

const HEADER = [
  '# Managed by homelab-deploy and the homelab_agent role: a change made here is replaced by the next run.',
  '# Change the inventory instead. What each key means: config.yaml.example beside the agent.',
];

/**
 * The agent's config.yaml, byte for byte what the Ansible role's template writes too: keys in the order of their table,
 * texts as JSON texts (which YAML reads alike in every version), keys without a value left out. `show` gives what
 * stands for a secret: itself, or a mask.
 */
export function configYaml(config: AgentSettings, show: (secret: Secret) => string): string {
  const lines = effectiveKeys.flatMap((key): string[] => {
    const value = config[key];
    if (value === undefined) return [];
    if (value instanceof Secret) return [`${key}: ${JSON.stringify(show(value))}`];
    if (typeof value !== 'object' || value.length === 0)
      return [`${key}: ${JSON.stringify(value)}`];
    return [`${key}:`, ...value.map(item => `  - ${JSON.stringify(item)}`)];
  });
  return `${[...HEADER, ...lines].join('\n')}\n`;
}

/** The files of one host by name. They hold secrets: mode 0600 or less wherever they are written. */
export interface RenderedFiles {
  readonly 'config.yaml': string;
}

/** Pure: the same settings give the same bytes. */
export function renderHost({ config }: HostSettings): RenderedFiles {
  return { 'config.yaml': configYaml(config, secret => secret.reveal()) };
}

/** The same files for a person to read: `[REDACTED]` stands for each secret. */
export function renderHostMasked({ config }: HostSettings): RenderedFiles {
  return { 'config.yaml': configYaml(config, String) };
}
