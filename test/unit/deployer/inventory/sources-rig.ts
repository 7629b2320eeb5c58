import { chmod, mkdir } from 'node:fs/promises';
import type { Inventory } from '../../../../deployer/inventory/inventory.ts';
import {
  type InventoryOptions,
  loadInventory,
} from '../../../../deployer/inventory/load-inventory.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

/** The files that an inventory is looked for in. */
interface Setup {
  readonly files: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
  /** `-i` */
  readonly named?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly options?: Partial<InventoryOptions>;
}

/** Loads it; Ansible is there only as the program `bin/ansible-inventory` among the files. */
export async function load(setup: Setup): Promise<Inventory> {
  await using directory = await TestDirectory.create(setup.files);
  for (const name of setup.directories ?? []) await mkdir(directory.file(name));
  const program = directory.file('bin/ansible-inventory');
  if (setup.files['bin/ansible-inventory'] !== undefined) await chmod(program, 0o755);
  const env = { PATH: `${directory.file('bin')}:/usr/bin:/bin`, ...setup.env };
  if (setup.files['bin/ansible-inventory'] === undefined) env.PATH = '/nonexistent';
  const context = testContext({ cwd: directory.file(setup.cwd ?? '.'), env });
  return await loadInventory(setup.named ?? [], { context, ...setup.options });
}

export const names = ({ hosts }: Inventory): string[] => hosts.map(({ name }) => name);
export const one = (name: string): string => `all: {hosts: {${name}: }}\n`;
