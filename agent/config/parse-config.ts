import { ConfigError } from './config-error.ts';
import { findProblems } from './find-problems.ts';
import { placeText, readYaml } from './read-yaml.ts';
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
  const problems = findProblems(values)
    .map(({ path, key, message, unknownKey }) => {
      const place = unknownKey ? yaml.keyPlace(String(path[0])) : yaml.place(path);
      return { place, text: `${placeText(file, place)}: ${key}: ${message}` };
    })
    .sort(
      (one, other) => one.place.line - other.place.line || one.place.column - other.place.column,
    )
    .map(({ text }) => text);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    config: Config.parse(values),
    warnings: warnings.map(
      ({ key, message }) => `${placeText(file, yaml.place([key]))}: ${key}: ${message}`,
    ),
  };
}
