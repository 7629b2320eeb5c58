import { keys } from '../contract/keys.ts';
import { expectedOf, type Spec } from '../contract/spec.ts';

/** What was changed to make a value valid. */
interface Warning {
  readonly key: string;
  readonly message: string;
}

/**
 * Reads a configuration as the hub's Python agent read it: a key without a value counts as absent, a number may be
 * written as text, and an unknown mode means readonly. A server_guid is lower case for the hub.
 */
export function normalizeLegacy(raw: Readonly<Record<string, unknown>>): {
  values: Record<string, unknown>;
  warnings: Warning[];
} {
  const values: Record<string, unknown> = Object.create(null);
  const warnings: Warning[] = [];
  for (const [key, value] of Object.entries(raw)) {
    const spec: Spec | undefined = Object.hasOwn(keys, key)
      ? keys[key as keyof typeof keys]
      : undefined;
    if (value === null || value === undefined) continue;
    if (value === '' && spec?.kind === 'text' && !spec.required) continue;
    values[key] = spec?.kind === 'integer' ? asNumber(value) : value;
  }
  const { mode, server_guid } = values;
  if (typeof server_guid === 'string') values['server_guid'] = server_guid.toLowerCase();
  const modes: readonly unknown[] = keys.mode.choices;
  if (typeof mode === 'string' && !modes.includes(mode)) {
    values['mode'] = keys.mode.default;
    const message = `Expected ${expectedOf(keys.mode)}, found ${JSON.stringify(mode.slice(0, 80))}: using ${keys.mode.default}`;
    warnings.push({ key: 'mode', message });
  }
  return { values, warnings };
}

function asNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\s*\d{1,6}\s*$/.test(value) ? Number(value) : value;
}
