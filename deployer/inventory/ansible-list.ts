import { isSecretName } from '../../agent/contract/secrets.ts';
import type { Inventory } from './inventory.ts';
import type { InventoryGroup } from './inventory-group.ts';
import type { InventoryHost } from './inventory-host.ts';
import type { Entry, Node } from './node.ts';
import { REDACTED } from './secret.ts';
import { showKey } from './value.ts';
import { Timestamp } from './yaml/timestamp.ts';

type Json =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * The inventory in the shape of `ansible-inventory --list`: variables merged and as written, before templates and
 * decryption (a vaulted value is shown as its ciphertext, as Ansible does). `mask` hides what is secret in the clear.
 */
export function ansibleList(
  inventory: Pick<Inventory, 'hosts' | 'groups'>,
  options: { mask: boolean },
): Record<string, Json> {
  const list: Record<string, Json> = Object.create(null);
  const hostvars: Record<string, Json> = Object.create(null);
  for (const host of inventory.hosts) {
    if (host.written.size > 0) hostvars[host.name] = hostVariables(host, options.mask);
  }
  list['_meta'] = { hostvars };
  for (const group of inventory.groups) {
    const shown = showGroup(group);
    if (Object.keys(shown).length > 0) list[group.name] = shown;
  }
  return list;
}

function showGroup({ name, hosts, children }: InventoryGroup): Record<string, Json> {
  return {
    ...(name !== 'all' && hosts.length > 0 ? { hosts } : {}),
    ...(children.length > 0 ? { children } : {}),
  };
}

function hostVariables(host: InventoryHost, mask: boolean): Json {
  return toObject(host.written, mask);
}

function toObject(entries: ReadonlyMap<unknown, Entry>, mask: boolean): Record<string, Json> {
  const object: Record<string, Json> = Object.create(null);
  for (const [key, { node }] of entries as ReadonlyMap<string, Entry>) {
    const name = showKey(key);
    object[name] =
      mask && isSecretName(name) && node.kind !== 'vault' ? REDACTED : toJson(node, mask);
  }
  return object;
}

function toJson(node: Node, mask: boolean): Json {
  switch (node.kind) {
    case 'map':
      return toObject(node.entries, mask);
    case 'list':
      return node.items.map(item => toJson(item, mask));
    case 'vault':
      return { __ansible_vault: node.envelope };
    case 'scalar': {
      if (mask && node.secret) return REDACTED;
      const value = node.value instanceof Timestamp ? node.value.iso : node.value;
      return node.unsafe && typeof value === 'string' ? { __ansible_unsafe: value } : value;
    }
  }
}

/** JSON with integers of any size; NaN and infinities, which JSON lacks, as texts. */
export function showJson(value: Json, indent = ''): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return JSON.stringify(String(value));
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}    `;
  const isList = Array.isArray(value);
  const items = isList
    ? value.map(item => showJson(item, inner))
    : Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => `${JSON.stringify(key)}: ${showJson(item, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}
