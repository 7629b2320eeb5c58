import type { AnsibleSettings, SettingName } from '../config/settings.ts';
import { showPosition } from '../problem.ts';

/** Settings that may change what an inventory means, each with the values that leave it as it is read here. */
const HARMLESS: Partial<Record<SettingName, (items: readonly string[]) => boolean>> = {
  hash_behaviour: items => items.every(item => item === 'replace'),
  force_valid_group_names: items => items.every(item => item === 'never' || item === 'ignore'),
  vars_plugins_enabled: items => items.map(builtin).join() === 'host_group_vars',
  enable_plugins: items => items.map(builtin).includes('yaml'),
  yaml_valid_extensions: items => items.toSorted().join() === '.json,.yaml,.yml',
  precedence: () => false,
};

/** The first setting that only Ansible itself follows, in words; undefined if YAML means the same without it. */
export function onlyAnsible(settings: AnsibleSettings): string | undefined {
  for (const name of Object.keys(HARMLESS) as SettingName[]) {
    const setting = settings.get(name);
    if (setting === undefined || HARMLESS[name]?.(settings.list(name))) continue;
    return `${setting.name} = ${setting.value.replaceAll('\n', ' ')} (${showPosition(setting.at)})`;
  }
  return undefined;
}

function builtin(plugin: string): string {
  return plugin.replace(/^ansible\.(?:builtin|legacy)\./, '');
}
