import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { configYaml } from './config-yaml.ts';

/** The files of one host by name. They hold secrets: mode 0600 or less wherever they are written. */
export interface HostFiles {
  readonly 'config.yaml': string;
}

/** Pure: the same settings give the same bytes. */
export function renderHost(settings: HostSettings): HostFiles {
  return { 'config.yaml': configYaml(settings.config) };
}
