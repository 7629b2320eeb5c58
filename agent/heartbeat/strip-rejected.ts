import type { Heartbeat } from '../contract/heartbeat.ts';
import type { Place } from '../contract/hub-reply.ts';

const identity = ['server_id', 'hostname', 'timestamp', 'server_guid'];

/**
 * The beat without what the hub rejects: an element of a list is removed as a whole, a figure becomes null, any other
 * part is left out. `dropped` are the places that were removed; identity is never removed.
 */
export function stripRejected(
  beat: Heartbeat,
  places: readonly Place[],
): { beat: Heartbeat; dropped: string[] } {
  const copy: Record<string, unknown> = structuredClone({ ...beat });
  const dropped = new Set<string>();
  const elements = new Map<unknown[], Set<number>>();
  for (const place of places) {
    const [part, inner] = place;
    // Its own parts alone: a place such as __proto__ comes from the hub.
    if (typeof part !== 'string' || !Object.hasOwn(copy, part)) continue;
    const value = copy[part];
    if (value === undefined || identity.includes(part)) continue;
    if (Array.isArray(value) && typeof inner === 'number' && inner < value.length) {
      elements.set(value, (elements.get(value) ?? new Set()).add(inner));
      dropped.add(`${part}.${inner}`);
    } else if (isRecord(value) && typeof inner === 'string' && Object.hasOwn(value, inner)) {
      value[inner] = null;
      dropped.add(`${part}.${inner}`);
    } else {
      delete copy[part];
      dropped.add(part);
    }
  }
  for (const [list, indexes] of elements) {
    const kept = list.filter((_, index) => !indexes.has(index));
    list.splice(0, list.length, ...kept);
  }
  return { beat: copy as Heartbeat, dropped: [...dropped] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
