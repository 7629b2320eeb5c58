import { inventoryError } from '../problem.ts';

export interface IniValue {
  readonly value: string;
  /** The line of its key, from 1. */
  readonly line: number;
}

/** Its values count in every other section of the file. */
const DEFAULT = 'DEFAULT';

/**
 * An ansible.cfg as Python's configparser reads it, by `section.key`:
 *
 *     [defaults]
 *     vault_password_file = ~/.vault-password   ; a comment
 *     # a comment
 *     [ssh_connection]
 *     ssh_args = -o ControlMaster=auto
 *         -o ControlPersist=60s
 *
 * Throws InventoryError where Ansible refuses the file; `file` is the name to show.
 */
export function parseIni(text: string, file: string): Map<string, IniValue> {
  const reader = new IniReader(file);
  for (const line of text.split(/\r?\n/)) reader.read(line);
  return reader.values();
}

class IniReader {
  readonly #file: string;
  readonly #sections = new Map<string, Map<string, IniValue>>();
  #line = 0;
  #section: Map<string, IniValue> | undefined;
  #key: string | undefined;
  /** How far the last key or section is indented: what is deeper goes on with its value. */
  #indent = 0;

  constructor(file: string) {
    this.#file = file;
  }

  read(raw: string): void {
    this.#line += 1;
    const line = /^\s*[#;]/.test(raw) ? '' : raw.replace(/(^|\s);.*$/, '').trimEnd();
    if (line === '') return;
    const indent = line.search(/\S/);
    const before = this.#key === undefined ? undefined : this.#section?.get(this.#key);
    if (this.#key !== undefined && before !== undefined && indent > this.#indent) {
      this.#section?.set(this.#key, { ...before, value: `${before.value}\n${line.trim()}` });
      return;
    }
    this.#indent = indent;
    const header = /^\[(.+)\]/.exec(line.trim())?.[1];
    if (header === undefined) this.#readKey(line);
    else this.#open(header);
  }

  values(): Map<string, IniValue> {
    const values = new Map<string, IniValue>();
    for (const [name, section] of this.#sections) {
      const all = new Map([...(this.#sections.get(DEFAULT) ?? []), ...section]);
      for (const [key, value] of all) values.set(`${name}.${key}`, value);
    }
    return values;
  }

  #open(name: string): void {
    const known = this.#sections.get(name);
    if (known !== undefined && name !== DEFAULT) {
      throw this.#wrong(`each section once, found [${name}] again: put its lines into the first`);
    }
    this.#section = known ?? new Map();
    this.#sections.set(name, this.#section);
    this.#key = undefined;
  }

  #readKey(line: string): void {
    const [, key, value = ''] = /^\s*([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    const name = key?.toLowerCase();
    if (this.#section === undefined) {
      throw this.#wrong('a section such as [defaults] first, found another line: put one above it');
    }
    if (name === undefined) {
      throw this.#wrong('"key = value" or [section], found another line: correct or remove it');
    }
    if (this.#section.has(name)) {
      throw this.#wrong(`each key once in a section, found ${name} again: remove one`);
    }
    this.#section.set(name, { value, line: this.#line });
    this.#key = name;
  }

  #wrong(words: string) {
    const at = { file: this.#file, line: this.#line, column: 1 };
    return inventoryError(at, `Expected ${words}`);
  }
}
