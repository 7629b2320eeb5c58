/** `[a:f]`, `[01:11]`, `[1:10:2]` as they may stand in a host's label, an IPv4 number or an IPv6 group. */
const LABEL_RANGE = String.raw`\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]`;
const NUMBER_RANGE = String.raw`\[[0-9]+:[0-9]+(?::[0-9]+)?\]`;
const HEX_RANGE = String.raw`\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\]`;

// Python's \w knows every alphabet's letters and digits.
const WORD = String.raw`[\p{L}\p{N}_]`;
const LABEL = `(?:${WORD}|${LABEL_RANGE})(?:${WORD}|-|${LABEL_RANGE})*(?<![_-])`;
const HOSTNAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'iu');

const OCTET = `(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5]|${NUMBER_RANGE})`;
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);

const GROUP = `(?:[0-9a-f]{1,4}|${HEX_RANGE})`;
// Open at the end, as Ansible's own expression is: what starts like an address counts as one.
const IPV6 = new RegExp(`^(?:${ipv6Forms().join('|')})`, 'i');

/** The spellings of an IPv6 address: written out, with one `::` at each possible place, with IPv4 at the end. */
function ipv6Forms(): string[] {
  const compressed = [1, 2, 3, 4, 5, 6].map(
    before => `(?:${GROUP}:){${before}}(?::${GROUP}){1,${7 - before}}`,
  );
  const ipv4 = `(?:${GROUP}\\.){3}${GROUP}`;
  return [
    `(?:${GROUP}:){7}${GROUP}`,
    `(?:${GROUP}:){1,6}:`,
    ...compressed,
    `:(?::${GROUP}){1,6}`,
    `${GROUP}?::`,
    `(?:0:){6}${ipv4}`,
    `::(?:ffff:)?${ipv4}`,
    `(?:0:){5}ffff:${ipv4}$`,
  ];
}

export interface Address {
  readonly host: string;
  readonly port: number | undefined;
}

/**
 * `nas-1`, `nas-[1:3].home.lan:2222`, `192.0.2.7:22`, `[2001:db8::7]:2222`: the host with its ranges still in it,
 * and the port. Undefined when it is no address that Ansible recognises.
 */
export function parseAddress(text: string): Address | undefined {
  let host = text;
  let port: number | undefined;
  for (const form of [/^\[(.+)\]:([0-9]+)$/, /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/]) {
    const match = form.exec(host);
    if (match === null) continue;
    host = match[1] ?? '';
    port = Number(match[2]);
  }
  return [IPV4, IPV6, HOSTNAME].some(form => form.test(host)) ? { host, port } : undefined;
}

/** Ansible shortens a name at its first dot, but leaves addresses whole. */
export function shortName(name: string): string {
  return IPV4.test(name) || IPV6.test(name) ? name : (name.split('.')[0] ?? name);
}
