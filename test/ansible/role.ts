import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The directory of site.yml. */
export const ANSIBLE = fileURLToPath(new URL('../../ansible', import.meta.url));
export const ROLE = `${ANSIBLE}/roles/homelab_agent`;

/** A YAML file of the role as data. */
export async function readRole(file: string): Promise<unknown> {
  return parse(await readFile(`${ROLE}/${file}`, 'utf8'), { customTags: [] });
}
