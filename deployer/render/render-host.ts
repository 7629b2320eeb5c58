import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { configYaml } from './config-yaml.ts';

/** The files of one host by name. They hold secrets: mode 0600 or less wherever they are written. */
export interface HostFiles {
  readonly 'config.yaml': string;
}

/** Pure: the same settings give the same bytes. */
export function renderHost({ config }: HostSettings): HostFiles {
  return { 'config.yaml': configYaml(config, secret => secret.reveal()) };
}

/** The same files for a person to read: `[REDACTED]` stands for each secret. */
export function renderHostMasked({ config }: HostSettings): HostFiles {
  return { 'config.yaml': configYaml(config, String) };
}
