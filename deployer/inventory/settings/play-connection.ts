import { Secret } from '../secret.ts';
import type { Value } from '../value.ts';
import type { ConnectionDefaults } from './connection-defaults.ts';

/** Two names of one thing: in a play, the one that is set gives the other. */
const TWINS = [
  ['ansible_host', 'ansible_ssh_host'],
  ['ansible_port', 'ansible_ssh_port'],
  ['ansible_user', 'ansible_ssh_user'],
  ['ansible_private_key_file', 'ansible_ssh_private_key_file'],
  ['ansible_password', 'ansible_ssh_pass'],
] as const;

const twins: ReadonlyMap<string, string> = new Map(
  TWINS.flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ]),
);

/** The other name of a connection variable. */
export function twinOf(name: string): string | undefined {
  return twins.get(name);
}

/**
 * The connection variables that a play has where neither of their names is set: the host's name, and what Ansible's
 * settings say. `hostvars` does not have them.
 */
export function playConnection(
  host: string,
  defaults: ConnectionDefaults['values'],
): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const [first, other] of TWINS) {
    const text = first === 'ansible_host' ? host : defaults.get(first)?.value;
    if (text === undefined) continue;
    const value = first === 'ansible_password' ? new Secret(text) : numberOr(first, text);
    values.set(first, value).set(other, value);
  }
  return values;
}

/** Ansible's setting of a port is a number, which a template can tell from a text. */
function numberOr(name: string, text: string): Value {
  return name === 'ansible_port' && /^\d+$/.test(text) ? BigInt(text) : text;
}
