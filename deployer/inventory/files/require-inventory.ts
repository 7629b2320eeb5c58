import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { inventoryError } from '../problem.ts';
import { isCode } from './read.ts';

/** Throws InventoryError if there is no file, or one that cannot be a YAML inventory; `shown` is its name. */
export async function requireInventory(path: string, shown: string): Promise<void> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) {
      throw inventoryError(
        undefined,
        `Expected an inventory file, found the directory ${shown}: name the file in it`,
      );
    }
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'ENOTDIR')) throw error;
    throw inventoryError(
      undefined,
      `Expected an inventory at ${shown}, found none: copy inventory.example.yaml to it and fill it in, or name another with -i FILE`,
    );
  }
  if (!['', '.yaml', '.yml', '.json'].includes(extname(basename(path)))) {
    throw inventoryError(
      undefined,
      `Expected an inventory that ends in .yaml, .yml or .json, found ${shown} (Ansible's INI format is not supported; "ansible-inventory -i ${shown} --list --yaml --export" converts it)`,
    );
  }
}
