import type { Secret } from '../inventory/secret.ts';
import type { AgentSettings } from '../inventory/settings/host-settings.ts';

const HEADER = [
  '# Managed by homelab-deploy and the homelab_agent role: a change made here is replaced by the next run.',
  '# Change the inventory instead. What each key means: config.yaml.example beside the agent.',
];

/**
 * The agent's config.yaml, byte for byte what the Ansible role's template writes too: keys in the schema's order,
 * texts as JSON texts (which YAML reads alike in every version), keys without a value left out. `show` says what stands
 * for a secret: itself, or a mask.
 */
export function configYaml(config: AgentSettings, show: (secret: Secret) => string): string {
  const secret = (value: Secret | undefined) => (value === undefined ? undefined : show(value));
  const lines = [
    text('hub_url', config.hub_url),
    text('server_id', config.server_id),
    text('api_key', secret(config.api_key)),
    text('api_token', secret(config.api_token)),
    text('server_guid', config.server_guid),
    [`heartbeat_interval: ${config.heartbeat_interval}`],
    list('monitored_services', config.monitored_services),
    text('mode', config.mode),
    text('ca_file', config.ca_file),
    [`backfill: ${config.backfill}`],
    text('root_mount', config.root_mount),
    text('log_level', config.log_level),
  ];
  return `${[...HEADER, ...lines.flat()].join('\n')}\n`;
}

function text(key: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${key}: ${JSON.stringify(value)}`];
}

function list(key: string, values: readonly string[]): string[] {
  if (values.length === 0) return [`${key}: []`];
  return [`${key}:`, ...values.map(value => `  - ${JSON.stringify(value)}`)];
}
