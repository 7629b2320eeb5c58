import { isSecretName } from '../../agent/contract/secrets.ts';
import type { InventoryHost } from './inventory-host.ts';
import { InventoryError, showPosition } from './problem.ts';
import { REDACTED, Secret } from './secret.ts';
import { allConnectionVariables } from './settings/connection-variables.ts';

/**
 * One host's variables with their values and places, sorted by name:
 *
 *     nas-1 (nas)
 *       ansible_host: "nas-1.home.lan"   inventory.yaml:40:25
 *       ansible_user: "admin"   ansible.cfg:3:1 (remote_user)
 *
 * A value that cannot be read shows the reason; the others are shown all the same.
 */
export function showVariables(host: InventoryHost): string {
  const written = [...host.written].map(
    ([name, { node }]) => [name, `${showVariable(host, name)}   ${showPosition(node.at)}`] as const,
  );
  const configured = allConnectionVariables.flatMap(({ names }) => {
    const found = host.defaults.get(names[0]);
    if (found === undefined || names.some(name => host.written.has(name))) return [];
    const value = isSecretName(names[0]) ? REDACTED : showValue(found.value);
    const name = found.at.line === 0 ? '' : ` (${found.name})`;
    return [[names[0], `${value}   ${showPosition(found.at)}${name}`] as const];
  });
  const rows = [...written, ...configured].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = rows.map(([name, shown]) => `  ${name}: ${shown}`);
  return `${[`${host.name} (${host.groups.join(', ')})`, ...lines].join('\n')}\n`;
}

/** One variable's value to show; a secret is masked, and one that cannot be had shows why. */
export function showVariable(host: InventoryHost, name: string): string {
  try {
    const value = host.variable(name);
    // A number of an encrypted file is no Secret, and may be a PIN.
    const isHidden = isSecretName(name) || host.written.get(name)?.node.secret === true;
    return isHidden || value instanceof Secret ? REDACTED : showValue(value);
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error;
    return `(${error.problems[0]?.message ?? ''})`;
  }
}

function showValue(value: unknown): string {
  return JSON.stringify(value, (key, item: unknown) => {
    if (typeof item === 'bigint') return String(item);
    return key !== '' && isSecretName(key) ? REDACTED : item;
  });
}
