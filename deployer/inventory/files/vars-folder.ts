import { join } from 'node:path';
import type { Variables } from '../groups/group.ts';
import { describeNode, type Node } from '../node.ts';
import { inventoryError } from '../problem.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { listDirectory, readText } from './read.ts';

const EXTENSIONS = ['.yml', '.yaml', '.json'];

/** What reading variable files needs: how to show a path, how to open a wholly encrypted file, where warnings go. */
export interface VarsReader {
  show(path: string): string;
  /** The text of a file that is vaulted as a whole, and whether it was; another file's text as it is. */
  decryptFile(text: string, shown: string): Promise<{ text: string; secret: boolean }>;
  warn(message: string): void;
}

/**
 * The variables of one group or host from `group_vars/` or `host_vars/` (`folder`, an absolute path): `NAME` (a file,
 * or a directory read in order), else `NAME.yml`, `NAME.yaml`, `NAME.json`; the first that exists hides the rest.
 */
export class VarsFolder {
  readonly folder: string;
  readonly #reader: VarsReader;
  #names: ReturnType<typeof listDirectory> | undefined;

  constructor(folder: string, reader: VarsReader) {
    this.folder = folder;
    this.#reader = reader;
  }

  async read(name: string): Promise<Variables> {
    const vars: Variables = new Map();
    for (const file of await this.files(name)) await this.#readInto(vars, file);
    this.#warnOfSops(name, await this.#list());
    return vars;
  }

  /** The files that hold a name's variables, the strongest last: their absolute paths. */
  async files(name: string): Promise<string[]> {
    // A name with a slash would lead out of the directory; Ansible skips absolute ones for the same reason.
    if (name.includes('/')) return [];
    const names = await this.#list();
    const found = ['', ...EXTENSIONS]
      .map(extension => name + extension)
      .find(file => names.has(file));
    if (found === undefined) return [];
    const path = join(this.folder, found);
    return names.get(found) === 'directory' ? await walk(path, this.#reader) : [path];
  }

  #list(): ReturnType<typeof listDirectory> {
    this.#names ??= listDirectory(this.folder, this.#reader.show(this.folder));
    return this.#names;
  }

  /** With the plugin of sops, Ansible itself would be asked. */
  #warnOfSops(name: string, names: ReadonlyMap<string, unknown>): void {
    for (const extension of EXTENSIONS) {
      const file = `${name}.sops${extension}`;
      if (!names.has(file)) continue;
      this.#reader.warn(
        `${this.#reader.show(join(this.folder, file))}: not read, as Ansible reads it only with the plugin community.sops.sops in ansible.cfg's vars_plugins_enabled`,
      );
    }
  }

  async #readInto(vars: Variables, path: string): Promise<void> {
    const shown = this.#reader.show(path);
    const { text, secret } = await this.#reader.decryptFile(await readText(path, shown), shown);
    const { root, warnings } = readYaml(text, shown, { secret });
    for (const warning of warnings) this.#reader.warn(warning);
    for (const [name, entry] of toVariables(root)) vars.set(name, entry);
  }
}

/** The variables of a whole file; none of an empty one. Throws InventoryError where it is something else. */
export function toVariables(root: Node | undefined): Variables {
  if (root === undefined || (root.kind === 'scalar' && !root.value)) return new Map();
  if (root.kind === 'list' && root.items.length === 0) return new Map();
  if (root.kind !== 'map') {
    throw inventoryError(
      root.at,
      `Expected variables, found ${describeNode(root)}: write "name: value" lines`,
    );
  }
  const variables: Variables = new Map();
  for (const [name, entry] of root.entries) {
    if (typeof name !== 'string') {
      throw inventoryError(entry.at, "Expected a variable's name as a text: quote it");
    }
    variables.set(name, entry);
  }
  return variables;
}

/**
 * A directory's files in order: hidden ones, backups and foreign extensions are left out, `NAME/` inside is entered.
 */
async function walk(folder: string, reader: VarsReader): Promise<string[]> {
  const files: string[] = [];
  const names = [...(await listDirectory(folder, reader.show(folder)))].sort(([a], [b]) =>
    compareCodePoints(a, b),
  );
  for (const [name, kind] of names) {
    if (name.startsWith('.') || name.endsWith('~')) continue;
    const extension = /(?!^)\.[^.]*$/.exec(name)?.[0] ?? '';
    if (kind === 'directory' && extension === '')
      files.push(...(await walk(join(folder, name), reader)));
    else if (kind === 'file' && (extension === '' || EXTENSIONS.includes(extension)))
      files.push(join(folder, name));
  }
  return files;
}

function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
