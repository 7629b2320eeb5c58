import { isSecretName } from '../../agent/contract/secrets.ts';
import type { InventoryHost } from './inventory-host.ts';
import { InventoryError, showPosition } from './problem.ts';
import { REDACTED, Secret } from './secret.ts';

/**
 * One host's variables with their values and places, sorted by name:
 *
 *     nas-1 (nas)
 *       ansible_host: "nas-1.home.lan"   inventory.yaml:40:25
 *
 * A value that cannot be read shows the reason; the others are shown all the same.
 */
export function showVariables(host: InventoryHost): string {
  const rows = [...host.written].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = rows.map(
    ([name, { node }]) => `  ${name}: ${showVariable(host, name)}   ${showPosition(node.at)}`,
  );
  return `${[`${host.name} (${host.groups.join(', ')})`, ...lines].join('\n')}\n`;
}

/** One variable's value to show; a secret is masked, and one that cannot be had shows why. */
export function showVariable(host: InventoryHost, name: string): string {
  try {
    const value = host.variable(name);
    return isSecretName(name) || value instanceof Secret ? REDACTED : showValue(value);
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
