import { ConfigError } from './config-error.ts';
import { findProblems } from './find-problems.ts';
import { readYaml } from './read-yaml.ts';
import { Config } from './schema.ts';
import { tolerate } from './tolerate.ts';

/** A configuration that is right, and what should be said about it all the same. */
export interface ParsedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

const textKeys = [
  'hub_url',
  'server_id',
  'api_key',
  'api_token',
  'server_guid',
  'monitored_services',
  'mode',
  'ca_file',
  'root_mount',
  'log_level',
];

/**
 * Reads the text of a config.yaml, this agent's or the Python agent's. `file` is what messages call it.
 *
 * @throws {ConfigError} with every problem, each as `file:line:column: key: wanted …, found …`
 */
export function parseConfig(text: string, file: string): ParsedConfig {
  const yaml = readYaml(text, file, textKeys);
  const { values, warnings } = tolerate(yaml.values);
  const problems = findProblems(values).map(problem => {
    const place = problem.unknownKey
      ? yaml.keyPlace(String(problem.path[0]))
      : yaml.place(problem.path);
    return `${place}: ${problem.key}: ${problem.message}`;
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    config: Config.parse(values),
    warnings: warnings.map(({ key, message }) => `${yaml.place([key])}: ${key}: ${message}`),
  };
}
