import { readFile } from 'node:fs/promises';
import { store } from '../../lib/store.ts';
import { isCode } from '../files/read.ts';
import type { Inventory } from '../inventory.ts';
import { REDACTED, Secret } from '../secret.ts';
import { showVariable } from '../show-variables.ts';
import { findTarget, type Target } from './find-target.ts';
import { afterKey, type EditedValue, type RenderedValue, renderValue } from './rendered-value.ts';
import { NotEditable, setKey } from './set-key.ts';

/** One variable of a host that changes, in words to show: secrets are `[REDACTED]`. */
export interface EditedVariable {
  readonly name: string;
  /** The file as messages name it. */
  readonly file: string;
  /** Null where the host has none. */
  readonly before: string | null;
  readonly after: string;
}

/** What will be written for one host. */
export interface HostEdit {
  readonly kind: 'edit';
  readonly host: string;
  readonly changes: readonly EditedVariable[];
  /** Writes each file whole, on top of what others wrote meanwhile. Throws UserError if it cannot. */
  write(): Promise<void>;
}

/** The lines to put into the inventory by hand: its file cannot be edited, or there is no vault password. */
export interface HostLines {
  readonly kind: 'lines';
  readonly host: string;
  readonly reason: string;
  /** YAML. Secrets in it are vaulted, or named in a comment if there is no password. */
  readonly lines: string;
}

interface Step extends Target {
  readonly name: string;
  readonly value: RenderedValue;
}

/**
 * Plans new values for variables of one host in the file that Ansible reads for it: if a variable is set for the host
 * alone, there; else in its `host_vars`. The values have passed their own checks. Throws InventoryError for a file that
 * cannot be read.
 */
export async function planHostEdit(
  inventory: Inventory,
  host: string,
  values: Readonly<Record<string, EditedValue>>,
): Promise<HostEdit | HostLines> {
  const rendered: [string, RenderedValue | undefined][] = [];
  for (const [name, value] of Object.entries(values)) {
    rendered.push([name, await renderValue(value, inventory.source.vault)]);
  }
  const byHand = (reason: string): HostLines => ({
    kind: 'lines',
    host,
    reason,
    lines: rendered.map(([name, value]) => lineOf(name, value)).join(''),
  });
  if (rendered.some(([, value]) => value === undefined)) return byHand(NO_PASSWORD);
  const steps: Step[] = [];
  try {
    for (const [name, value] of rendered) {
      if (value === undefined) continue;
      const target = await findTarget(inventory, host, name);
      steps.push({ ...target, name, value });
      // What cannot be edited shows now, not while it is written.
      requireEditable(steps, await read(target.path), inventory.source.show(target.path));
    }
  } catch (error) {
    if (!(error instanceof NotEditable)) throw error;
    return byHand(error.message);
  }
  const changes = steps.map(({ name, path }) => ({
    name,
    file: inventory.source.show(path),
    before: before(inventory, host, name),
    after: values[name] instanceof Secret ? REDACTED : JSON.stringify(values[name]),
  }));
  return { kind: 'edit', host, changes, write: () => write(steps) };
}

const NO_PASSWORD =
  'Expected a vault password to encrypt the secret with, found none: give --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass';

function lineOf(name: string, value: RenderedValue | undefined): string {
  if (value !== undefined) return `${name}${afterKey(value, '')}\n`;
  return `# ${name}: see "ansible-vault encrypt_string --name ${name}"\n`;
}

function before(inventory: Inventory, name: string, variable: string): string | null {
  const host = inventory.hosts.find(each => each.name === name);
  return host?.written.has(variable) ? showVariable(host, variable) : null;
}

function requireEditable(steps: readonly Step[], text: string | null, shown: string): void {
  const { path } = steps.at(-1) ?? {};
  try {
    apply(
      steps.filter(step => step.path === path),
      text,
    );
  } catch (error) {
    if (!(error instanceof NotEditable)) throw error;
    const next = 'put these lines there, or into another file of the host';
    throw new NotEditable(
      `Expected ${shown} to be a file of lines to edit, but ${error.message}: ${next}`,
    );
  }
}

async function write(steps: readonly Step[]): Promise<void> {
  for (const path of new Set(steps.map(step => step.path))) {
    const own = steps.filter(step => step.path === path);
    await store(path, apply(own, await read(path)), { keepsAccess: true });
  }
}

function apply(steps: readonly Step[], text: string | null): string {
  return (
    steps.reduce(
      (now: string | null, step) => setKey(now, step.place, step.name, step.value),
      text,
    ) ?? ''
  );
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}
