import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { variablePrefix } from '../../../agent/contract/keys.ts';
import { nearest } from '../../../agent/contract/nearest.ts';
import { NotEditable, setKey } from '../../inventory/edit/set-key.ts';
import { listDirectory } from '../../inventory/files/read.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { InventoryGroup } from '../../inventory/inventory-group.ts';
import { isVaulted } from '../../inventory/vault/envelope.ts';
import { UserError } from '../../lib/errors.ts';
import type { ChosenCredential } from './answers.ts';
import {
  type CommentedVariable,
  credentialVariables,
  hubVariables,
  variableLines,
} from './render-inventory.ts';
import type { NewFile } from './write-files.ts';

/** Of a group's hosts, what the inventory does not say yet. */
export interface Missing {
  readonly hubUrl: boolean;
  readonly credential: boolean;
}

const CREDENTIALS = [
  `${variablePrefix}api_key`,
  `${variablePrefix}api_token`,
  'homelab_deploy_hub_api_key',
];

/** The group of that name. Throws UserError when there is none, or it has no hosts. */
export function groupNamed(inventory: Pick<Inventory, 'groups'>, name: string): InventoryGroup {
  const names = inventory.groups.map(each => each.name);
  const group = inventory.groups.find(each => each.name === name);
  if (group !== undefined && group.allHosts.length > 0) return group;
  if (group !== undefined) throw new UserError(`Expected hosts in the group ${name}, found none`);
  const near = nearest(name, names);
  const next = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  throw new UserError(`Expected a group of the inventory, found ${JSON.stringify(name)}: ${next}`);
}

/**
 * What all hosts of a group lack. Throws UserError where some have it: a variable of the group could replace what is
 * set for them.
 */
export function missingIn({ name, allHosts }: Pick<InventoryGroup, 'name' | 'allHosts'>): Missing {
  const lacks = (what: string, variables: readonly string[]): boolean => {
    const has = allHosts.filter(({ written }) => variables.some(each => written.has(each)));
    if (has.length === 0) return true;
    if (has.length === allHosts.length) return false;
    const without = allHosts.filter(host => !has.includes(host)).map(host => host.name);
    throw new UserError(
      `Expected ${what} for all hosts of ${name} or for none, found none for ${without.join(', ')}: name a group of hosts that all lack it (--group)`,
    );
  };
  return {
    hubUrl: lacks('homelab_agent_hub_url', ['homelab_agent_hub_url']),
    credential: lacks('a key or token of the hub', CREDENTIALS),
  };
}

/** What is added for a group, each variable with its comment. */
export interface Addition {
  readonly hubUrl: string | undefined;
  readonly hubCaFile: string | undefined;
  readonly credential: ChosenCredential | undefined;
}

/** A new file of variables, or lines that go to the end of one. */
export type GroupEdit =
  | { readonly kind: 'new'; readonly file: NewFile }
  | {
      readonly kind: 'append';
      readonly path: string;
      readonly shown: string;
      readonly text: string;
    };

/**
 * Plans the group's file beside the inventory that Ansible reads. A file that is there keeps every line; throws
 * UserError with the lines to put in by hand where it cannot be edited.
 */
export async function planGroupEdit(
  { source }: Pick<Inventory, 'source'>,
  group: string,
  addition: Addition,
): Promise<GroupEdit> {
  const folder = join(dirname(source.hostVars[0]?.folder ?? ''), 'group_vars');
  const there = await listDirectory(folder, source.show(folder));
  const variables = variablesOf(addition);
  const lines = variableLines(variables);
  const file = ['', '.yml', '.yaml', '.json']
    .map(extension => group + extension)
    .find(name => there.has(name));
  const isDirectory = file !== undefined && there.get(file) === 'directory';
  // The first of these names hides the others.
  const path = isDirectory
    ? join(folder, file, 'homelab_agent.yml')
    : join(folder, file ?? `${group}.yml`);
  const shown = source.show(path);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === undefined) {
    const text = `---\n# What homelab-deploy needs beside this inventory; written by "homelab-deploy init".\n\n${lines.join('\n')}\n`;
    const about = `variables of the group ${group}`;
    return { kind: 'new', file: { path, shown, text, secret: false, about } };
  }
  try {
    if (isVaulted(before)) throw new NotEditable('it is encrypted as a whole');
    if (path.endsWith('.json')) throw new NotEditable('it is JSON');
    const text = variables.reduce(
      (now, { name, value }) => setKey(now, { kind: 'file' }, name, value),
      before,
    );
    return { kind: 'append', path, shown, text };
  } catch (error) {
    if (!(error instanceof NotEditable)) throw error;
    throw new UserError(
      [
        `Expected lines to edit in ${shown}, but ${error.message}. Put these in by hand:`,
        ...lines,
      ].join('\n'),
    );
  }
}

function variablesOf({ hubUrl, hubCaFile, credential }: Addition): CommentedVariable[] {
  return [
    ...(hubUrl === undefined ? [] : hubVariables(hubUrl, hubCaFile)),
    ...(credential === undefined ? [] : credentialVariables(credential)),
  ];
}

/** For the screen: what is written, without what is encrypted. */
export function shownAddition(addition: Addition): string {
  return variablesOf(addition)
    .map(({ name, value }) => `  ${name}: ${value.kind === 'word' ? value.text : '!vault ...'}\n`)
    .join('');
}
