import { parseAddress } from './address.ts';
import { expandRanges } from './range.ts';

/** The hosts that one key under `hosts:` names, and the port that follows the name. */
export interface HostEntry {
  readonly names: readonly string[];
  readonly port: number | undefined;
}

/** A key that is no address is taken literally, as Ansible does. Throws a RangeError for a range that is none. */
export function expandHostKey(key: string): HostEntry {
  const { host, port } = parseAddress(key) ?? { host: key, port: undefined };
  return { names: expandRanges(host), port: port === 0 ? undefined : port };
}
