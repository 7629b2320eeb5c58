import { effectiveKeys, keys } from '../../agent/contract/keys.ts';
import type { Spec } from '../../agent/contract/spec.ts';
import { Secret } from '../inventory/secret.ts';
import { shown } from './adoptable.ts';
import type { Facts, SettingsFact } from './facts.ts';
import type { WantedAgent } from './plan.ts';

/** A key of the configuration on a server that the plan would change. */
export interface Difference {
  readonly key: string;
  /** What goes with it; null if the name says enough. */
  readonly text: string | null;
  /**
   * What the hub or a person set on the server and the inventory does not say. `identity`: no variable says that it may
   * go, as the hub would make a second server of this one.
   */
  readonly loss: false | 'setting' | 'identity';
}

/** Compares what the agent on a server was set to, ours or another, with what the inventory wants; empty if unknown. */
export function compareSettings(facts: Facts, agent: WantedAgent): Difference[] {
  const { settings } = facts;
  if (settings === null) return [];
  const differences = effectiveKeys.flatMap((key): Difference[] => {
    const difference = compareKey(key, settings, facts, agent);
    return difference === null ? [] : [{ key, ...difference }];
  });
  return [...unreadable(settings), ...differences];
}

type Found = Omit<Difference, 'key'>;

function compareKey(
  key: (typeof effectiveKeys)[number],
  settings: SettingsFact,
  facts: Facts,
  agent: WantedAgent,
): Found | null {
  const { config, sets } = agent;
  const value = settings.values.get(key);
  switch (key) {
    case 'server_id':
      // What the hub never accepted as an id is no identity.
      if (value === undefined || value === config.server_id) return null;
      return {
        text: `${value} becomes ${config.server_id}, a second server to the hub`,
        loss: keys.server_id.pattern.test(value) ? 'identity' : false,
      };
    case 'server_guid':
      return compareGuid(value?.toLowerCase(), facts, agent);
    case 'api_token':
      if (value === undefined || config.api_token !== undefined) {
        return (value === undefined) === (config.api_token === undefined) ? null : plain;
      }
      return { text: "removes the server's own token", loss: 'setting' };
    case 'mode': {
      const found = value ?? keys.mode.default;
      if (found === config.mode) return null;
      const known = keys.mode.choices.some(choice => choice === found);
      const text = `${config.mode} instead of ${known ? found : shown(found)}, which is on the server`;
      return { text, loss: known && !sets.has('mode') && 'setting' };
    }
    case 'monitored_services':
      return compareServices(settings.lists.get(key) ?? [], agent);
    default:
      return isSame(keys[key], value, config[key]) ? null : plain;
  }
}

const plain: Found = { text: null, loss: false };

function isSame(spec: Spec, found: string | undefined, wanted: unknown): boolean {
  // Whether a secret is another one, the probe does not say.
  if (wanted instanceof Secret) return found !== undefined;
  const standard = 'default' in spec ? spec.default : undefined;
  return String(found ?? standard ?? '') === String(wanted ?? '');
}

/**
 * A GUID that the inventory sets is what it says. Without one, that of an agent which is taken over stays, and that of
 * our own if it keeps it; what the hub never accepted is no identity.
 */
function compareGuid(found: string | undefined, facts: Facts, agent: WantedAgent): Found | null {
  const wanted = agent.config.server_guid?.toLowerCase();
  if (found === wanted || (found === undefined && wanted === undefined)) return null;
  if (found === undefined) return plain;
  if (wanted !== undefined) {
    return { text: `${wanted} instead of ${shown(found)}, which is on the server`, loss: false };
  }
  if (facts.formerAgent !== null || facts.kept?.serverGuid === found) return plain;
  const isIdentity =
    keys.server_guid.pattern.test(found) &&
    (facts.status === null || facts.status.last_success !== null);
  return { text: `removes ${shown(found)}, which is on the server`, loss: isIdentity && 'setting' };
}

/** As many names as a person reads. */
const MOST = 20;

function compareServices(found: readonly string[], { config, sets }: WantedAgent): Found | null {
  const wanted = config.monitored_services;
  const gone = found.filter(name => !wanted.includes(name));
  if (gone.length === 0) return wanted.every(name => found.includes(name)) ? null : plain;
  const names = gone.slice(0, MOST).map(name => (/^[\w@.-]+$/.test(name) ? name : shown(name)));
  const more = gone.length > MOST ? ` and ${gone.length - MOST} more` : '';
  const verb = gone.length === 1 ? 'is' : 'are';
  return {
    text: `removes ${names.join(', ')}${more}, which ${verb} on the server`,
    loss: !sets.has('monitored_services') && 'setting',
  };
}

/** What is set in a way that is not read here may be what would be lost. */
function unreadable({ values, odd }: SettingsFact): Difference[] {
  const kept = ['server_id', 'server_guid', 'api_token', 'mode', 'monitored_services'];
  const keys = odd.filter(
    key => kept.includes(key) || (key === 'file' && !values.has('server_id')),
  );
  return keys.map(key => ({
    key: key === 'file' ? 'config.yaml' : key,
    text: 'is written in a form that is not read here, so that it cannot be kept',
    loss: 'setting',
  }));
}
