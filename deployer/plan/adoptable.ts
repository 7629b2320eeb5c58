import { keys, variablePrefix } from '../../agent/contract/keys.ts';
import { expectedOf, type Spec } from '../../agent/contract/spec.ts';
import type { SettingsFact } from './facts.ts';
import type { WantedAgent } from './plan.ts';

/** Values of the agent on a server that the inventory would have to hold to keep them, by their keys. */
export interface Adoptable {
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  /** What is there and cannot be written into an inventory, in words. */
  readonly problems: readonly string[];
}

/** As the hub issues it. */
const TOKEN = /^hlh_ag_[0-9a-f]{8}_[0-9a-f]{64}$/;
/** What an inventory would read as a template. */
const TEMPLATE = /\{\{|\{%|\{#/;

/**
 * What the agent on a server was set to and the inventory says otherwise: values that pass the key's own check. What
 * comes from a server is data: nothing that could be a template, and the token only in its exact form. Of an
 * `api_token` that the probe did not show, `yes`.
 */
export function adoptable(
  { values, lists, odd }: SettingsFact,
  { config }: WantedAgent,
): Adoptable {
  const found: Record<string, string | readonly string[]> = {};
  const problems: string[] = [];
  const take = (key: keyof typeof keys, value: string | undefined, wanted: string | undefined) => {
    if (odd.includes(key)) problems.push(`${key}: Expected one plain value, found another form`);
    if (value === undefined || value === wanted) return;
    if (fits(keys[key], value)) found[key] = value;
    else problems.push(`${key}: ${wrong(keys[key], value)}`);
  };
  take('server_id', values.get('server_id'), config.server_id);
  const guid = values.get('server_guid')?.toLowerCase();
  take('server_guid', guid, config.server_guid?.toLowerCase());
  const token = values.get('api_token');
  if (token === 'yes' && config.api_token === undefined) found['api_token'] = token;
  else if (token !== undefined && token !== 'yes' && token !== config.api_token?.reveal()) {
    if (TOKEN.test(token)) found['api_token'] = token;
    else problems.push('api_token: Expected a token as the hub issues it, found another text');
  }
  take('mode', values.get('mode'), config.mode);
  const services = lists.get('monitored_services') ?? [];
  if (odd.includes('monitored_services')) {
    problems.push('monitored_services: Expected a list of texts, found another form');
  }
  const spec = keys.monitored_services;
  const fitting = services.filter(name => spec.pattern.test(name) && !TEMPLATE.test(name));
  problems.push(
    ...services
      .filter(name => !fitting.includes(name))
      .map(name => `monitored_services: Expected ${spec.expected}, found ${shown(name)}`),
  );
  if (fitting.some(name => !config.monitored_services.includes(name))) {
    const all = [...new Set([...fitting, ...config.monitored_services])];
    if (all.length <= spec.maxItems) found['monitored_services'] = all;
    else problems.push(`monitored_services: ${wrong(spec, `${all.length} of them`)}`);
  }
  return { values: found, problems };
}

/** The lines that keep these values, as a person would write them. */
export function linesOf(values: Adoptable['values']): string[] {
  return Object.entries(values).map(([key, value]) => {
    if (key === 'api_token') return `${variablePrefix}${key}: !vault …`;
    const text =
      typeof value === 'string'
        ? JSON.stringify(value)
        : `[${value.map(item => JSON.stringify(item)).join(', ')}]`;
    return `${variablePrefix}${key}: ${text}`;
  });
}

function fits(spec: Spec, value: string): boolean {
  if (TEMPLATE.test(value)) return false;
  return spec.kind === 'choice'
    ? spec.choices.includes(value)
    : 'pattern' in spec && spec.pattern.test(value);
}

function wrong(spec: Spec, value: string): string {
  return `Expected ${expectedOf(spec)}, found ${shown(value)}`;
}

/** A server's own text: at most a line of it, and no control character. */
export function shown(value: string): string {
  const line = value.replaceAll(/\p{C}/gu, '?');
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}
