import { ConfigError } from './config-error.ts';
import { configKeys, findProblems } from './find-problems.ts';
import type { ParsedConfig } from './parse-config.ts';
import { Config } from './schema.ts';
import { tolerate } from './tolerate.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** HOMELAB_AGENT_COMMAND_EXECUTION and its two companions of the Python agent have no meaning here. */
const unset = ['core_services', 'command_execution', 'command_execution_enabled'];

/** Whether the environment means to configure the agent at all. */
export function isConfiguredBy(env: Environment): boolean {
  return Boolean(env[variable('hub_url')]);
}

/**
 * The configuration out of `HOMELAB_AGENT_*`: each key in capitals, monitored services between commas, and the
 * host's name where no server_id is given. Read only where there is no file, as the Python agent did.
 *
 * @throws {ConfigError} with every problem, each beginning with the variable's name
 */
export function environmentConfig(env: Environment, hostname: string): ParsedConfig {
  const raw: Record<string, unknown> = {};
  for (const key of configKeys) {
    if (unset.includes(key)) continue;
    const value = env[variable(key)];
    if (value !== undefined && value !== '') raw[key] = value;
  }
  raw['server_id'] ??= slug(hostname);
  const services = raw['monitored_services'];
  if (typeof services === 'string') {
    raw['monitored_services'] = services.split(',').flatMap(name => name.trim() || []);
  }
  const { values, warnings } = tolerate(raw);
  const problems = findProblems(values).map(
    ({ path, message }) => `${variable(String(path[0]))}: ${message}`,
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    config: Config.parse(values),
    warnings: warnings.map(({ key, message }) => `${variable(key)}: ${message}`),
  };
}

function variable(key: string): string {
  return `HOMELAB_AGENT_${key.toUpperCase()}`;
}

/** The hub's own rule for making an id of a name. */
function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^-|-$/g, '');
}
