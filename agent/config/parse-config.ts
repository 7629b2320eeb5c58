import { checkConfig, pathText, problemText } from '../contract/check-config.ts';
import { type Config, effectiveKeys, keys } from '../contract/keys.ts';
import { ConfigError } from './config-error.ts';
import { normalizeLegacy } from './normalize-legacy.ts';
import { placeText, readYaml } from './read-yaml.ts';

/** A valid configuration, with warnings. */
export interface ParsedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

const textKeys = effectiveKeys.filter(key => keys[key].kind !== 'integer');

/**
 * Reads the text of a config.yaml, this agent's or the Python agent's. `file` is what messages call it.
 * Throws ConfigError with every problem, each as `file:line:column: key: Expected …, found …`.
 */
export function parseConfig(text: string, file: string): ParsedConfig {
  const yaml = readYaml(text, file, textKeys);
  const { values, warnings } = normalizeLegacy(yaml.values);
  const { config, problems } = checkConfig(values);
  if (problems !== undefined) {
    const placed = problems.map(problem => {
      const { kind, path } = problem;
      // For an unknown key the place of the key is shown, not of its value.
      const place = kind === 'unknown' ? yaml.keyPlace(String(path[0])) : yaml.place(path);
      const text = `${placeText(file, place)}: ${pathText(path)}: ${problemText(problem)}`;
      return { ...place, text };
    });
    placed.sort((one, other) => one.line - other.line || one.column - other.column);
    throw new ConfigError(placed.map(({ text }) => text));
  }
  return {
    config,
    warnings: warnings.map(
      ({ key, message }) => `${placeText(file, yaml.place([key]))}: ${key}: ${message}`,
    ),
  };
}
