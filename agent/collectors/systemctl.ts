/** What systemctl says of one unit; absent keys were not printed. */
export type Unit = Readonly<Record<string, string>>;

export const properties = [
  'Id',
  'Names',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'NRestarts',
  'MainPID',
  'MemoryCurrent',
  'CPUUsageNSec',
  'ControlGroup',
  'TriggeredBy',
  'InactiveEnterTimestampMonotonic',
] as const;

/**
 *     Id=ssh.service
 *     Names=sshd.service ssh.service
 *     LoadState=loaded
 *     ActiveState=active
 *     MainPID=713
 *     MemoryCurrent=5828608
 *
 *     Id=nope.service
 *     LoadState=not-found
 *
 * One record a unit, in the order asked, an empty line between. Values may hold `=`.
 */
export function parse(text: string): Unit[] {
  return text
    .split(/\n{2,}/)
    .filter(record => record.trim() !== '')
    .map(record =>
      Object.fromEntries(
        record
          .split('\n')
          .filter(line => line.includes('='))
          .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
    );
}

/**
 * The record of each name. By order where the counts agree, since an alias answers with the name of what it stands for;
 * else by the names in the records, and undefined if there is none.
 */
export function match(names: readonly string[], units: readonly Unit[]): (Unit | undefined)[] {
  if (units.length === names.length) return [...units];
  return names.map(name =>
    units.find(unit => {
      const known = [unit['Id'], ...(unit['Names'] ?? '').split(' ')];
      return known.includes(name) || known.includes(`${name}.service`);
    }),
  );
}

/** A figure, or null for `[not set]`, empty, and the all-ones that older systemd prints for "none". */
export function figure(text: string | undefined): number | null {
  if (text === undefined || !/^\d+$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
