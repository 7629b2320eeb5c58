/** What was bent to be acceptable, for a warning. */
interface Bent {
  readonly key: string;
  readonly message: string;
}

const emptyMeansAbsent = ['api_key', 'api_token', 'server_guid', 'ca_file', 'root_mount'];
const numbers = ['heartbeat_interval', 'backfill'];
const modes: readonly unknown[] = ['readonly', 'readwrite'];

/**
 * Takes a Python agent's configuration as that agent took it: a key without a value is not there, a number may be
 * written as text, and a mode that it does not know means readonly.
 */
export function tolerate(raw: Readonly<Record<string, unknown>>): {
  values: Record<string, unknown>;
  warnings: Bent[];
} {
  const values: Record<string, unknown> = Object.create(null);
  const warnings: Bent[] = [];
  for (const [key, value] of Object.entries(raw)) {
    if (value === null || value === undefined) continue;
    if (value === '' && emptyMeansAbsent.includes(key)) continue;
    values[key] = numbers.includes(key) ? asNumber(value) : value;
  }
  const mode = values['mode'];
  if (typeof mode === 'string' && !modes.includes(mode)) {
    values['mode'] = 'readonly';
    const message = `wanted readonly or readwrite, found ${JSON.stringify(mode.slice(0, 80))}: readonly it is`;
    warnings.push({ key: 'mode', message });
  }
  return { values, warnings };
}

function asNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\s*\d{1,6}\s*$/.test(value) ? Number(value) : value;
}
