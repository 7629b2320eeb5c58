import { checkConfig, problemText } from '../contract/check-config.ts';
import { effectiveKeys, keys } from '../contract/keys.ts';
import { toServerId } from '../contract/server-id.ts';
import { ConfigError } from './config-error.ts';
import { normalizeLegacy } from './normalize-legacy.ts';
import type { ParsedConfig } from './parse-config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the environment configures the agent. */
export function isConfiguredBy(env: Environment): boolean {
  return Boolean(env[variable('hub_url')]);
}

/**
 * The configuration out of `HOMELAB_AGENT_*`: each key in capitals, the items of a list between commas, and the
 * host's name where no server_id is given. Read only if there is no file, as the Python agent did.
 * Throws ConfigError with every problem, each beginning with the variable's name.
 */
export function environmentConfig(env: Environment, hostname: string): ParsedConfig {
  const raw: Record<string, unknown> = {};
  for (const key of effectiveKeys) {
    const value = env[variable(key)];
    if (value === undefined || value === '') continue;
    raw[key] =
      keys[key].kind === 'list' ? value.split(',').flatMap(item => item.trim() || []) : value;
  }
  raw['server_id'] ??= toServerId(hostname);
  const { values, warnings } = normalizeLegacy(raw);
  const { config, problems } = checkConfig(values, variable);
  if (problems !== undefined) {
    throw new ConfigError(
      problems.map(problem => `${variable(problem.key)}: ${problemText(problem)}`),
    );
  }
  return { config, warnings: warnings.map(({ key, message }) => `${variable(key)}: ${message}`) };
}

function variable(key: string): string {
  return `HOMELAB_AGENT_${key.toUpperCase()}`;
}
