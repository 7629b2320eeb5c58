export interface IniValue {
  readonly value: string;
  /** The line of its key, from 1. */
  readonly line: number;
}

/**
 * An ansible.cfg as Python's configparser reads it, by `section.key`:
 *
 *     [defaults]
 *     vault_password_file = ~/.vault-password   ; a comment
 *     # a comment
 *     [ssh_connection]
 *     ssh_args = -o ControlMaster=auto
 *         -o ControlPersist=60s
 */
export function parseIni(text: string): Map<string, IniValue> {
  const values = new Map<string, IniValue>();
  let section = '';
  let last: string | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (/^\s*[#;]/.test(raw)) continue;
    const line = raw.replace(/(^|\s);.*$/, '').trimEnd();
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const before = last === undefined ? undefined : values.get(last);
    if (line === '') continue;
    if (header !== undefined) {
      section = header;
      last = undefined;
    } else if (/^\s/.test(line) && last !== undefined && before !== undefined) {
      values.set(last, { ...before, value: `${before.value}\n${line.trim()}` });
    } else {
      const [, key, value = ''] = /^\s*([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
      if (key === undefined) continue;
      last = `${section}.${key.toLowerCase()}`;
      values.set(last, { value, line: index + 1 });
    }
  }
  return values;
}
