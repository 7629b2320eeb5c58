import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from '../files/read.ts';
import type { Inventory, InventorySource } from '../inventory.ts';
import { isVaulted } from '../vault/envelope.ts';
import { NotEditable, setsKey, type VariablesPlace } from './set-key.ts';

/** Where a variable of one host is to be written. */
export interface Target {
  /** Absolute; there may be no such file yet. */
  readonly path: string;
  readonly place: VariablesPlace;
}

/**
 * Where Ansible reads a variable of this host alone: the strongest file that sets it; else a file of its `host_vars`.
 * Throws NotEditable if that is encrypted as a whole or is JSON.
 */
export async function findTarget(
  { source }: Pick<Inventory, 'source'>,
  host: string,
  name: string,
): Promise<Target> {
  const inFile: VariablesPlace = { kind: 'file' };
  const found = await Promise.all(source.hostVars.map(folder => folder.files(host)));
  const files = await Promise.all(found.flat().map(path => look(path, source)));
  const setter = files.findLast(({ text }) => setsKey(text, inFile, name));
  if (setter !== undefined) return { path: editable(setter, source), place: inFile };
  const inventory = await Promise.all(source.files.map(path => look(path, source)));
  const place: VariablesPlace = { kind: 'host', name: host };
  const inline = inventory.findLast(
    ({ obstacle, text }) => obstacle === undefined && setsKey(text, place, name),
  );
  if (inline !== undefined) return { path: inline.path, place };
  const file = files.findLast(({ obstacle }) => obstacle === undefined) ?? files.at(-1);
  return { path: file ? editable(file, source) : await newFile(source, host), place: inFile };
}

interface Looked {
  readonly path: string;
  readonly text: string;
  /** Why it cannot be edited. */
  readonly obstacle: string | undefined;
}

async function look(path: string, { vault, show }: InventorySource): Promise<Looked> {
  const shown = show(path);
  const written = await readText(path, shown);
  const { text } = await vault.openFile(written, shown);
  const obstacle = isVaulted(written)
    ? `it is encrypted as a whole: put these lines there with "ansible-vault edit ${shown}"`
    : path.endsWith('.json')
      ? 'it is JSON: set these variables there'
      : undefined;
  return { path, text, obstacle };
}

function editable({ path, obstacle }: Looked, { show }: InventorySource): string {
  if (obstacle === undefined) return path;
  throw new NotEditable(`Expected a YAML file to edit in ${show(path)}, but ${obstacle}`);
}

/** A new file must not hide, or be hidden by, what is there under the host's name: an empty directory is. */
async function newFile({ hostVars }: InventorySource, host: string): Promise<string> {
  const [folder = ''] = hostVars.map(each => each.folder);
  if (host.includes('/') || host.startsWith('.')) {
    throw new NotEditable(`Expected a host's name that can be a file, found ${host}`);
  }
  const directory = join(folder, host);
  const found = await stat(directory).catch(() => undefined);
  return found?.isDirectory() ? join(directory, 'main.yml') : `${directory}.yml`;
}
