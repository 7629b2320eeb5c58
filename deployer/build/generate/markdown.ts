import type { Spec } from '../../../agent/contract/spec.ts';
import { aboutOf, allRoleVariables, effectiveSpecs, roleDefault } from './words.ts';

/** The table of keys in docs/configuration.md. */
export function configTable(): string {
  return table(
    'key',
    effectiveSpecs.map(([key, spec]) => [
      key,
      'default' in spec ? spec.default : undefined,
      aboutOf(spec),
    ]),
  );
}

/** The role's table of variables. */
export function roleTable(): string {
  return table(
    'variable',
    allRoleVariables.map(([name, spec]) => [name, defaultOf(name, spec), aboutOf(spec)]),
  );
}

function defaultOf(name: string, spec: Spec): unknown {
  const isServerId = name === 'homelab_agent_server_id';
  return isServerId
    ? 'inventory_hostname (nas-home-lan for nas.home.lan)'
    : roleDefault(name, spec);
}

function table(title: string, rows: readonly (readonly [string, unknown, string])[]): string {
  const lines = rows.map(
    ([name, value, about]) =>
      `| \`${name}\` | ${value === undefined ? '' : `\`${shown(value)}\``} | ${about} |\n`,
  );
  return `| ${title} | default | |\n|---|---|---|\n${lines.join('')}`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
