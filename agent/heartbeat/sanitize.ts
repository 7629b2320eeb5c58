import { Heartbeat } from '../contract/heartbeat.ts';

type Path = readonly PropertyKey[];

/** Without these the hub cannot assign a beat to a server and a time. */
const essential = new Set<PropertyKey>(['server_id', 'timestamp']);

/**
 * Removes from a beat what the hub would reject, since it rejects the whole beat for one invalid element.
 *
 * An element of a list is dropped, any other value becomes null, a hostname becomes the server_id. `dropped` names each
 * as in `filesystems[2]` or `metrics.cpu_percent`; the beat given is not changed.
 * Throws an Error when server_id or timestamp would be rejected.
 */
export function sanitize(beat: unknown): { beat: Heartbeat; dropped: string[] } {
  let candidate: unknown = wellFormed(beat);
  const dropped: string[] = [];
  // One pass removes everything that is invalid; a second is needed if a removal makes something else invalid.
  for (let round = 0; round < 4; round++) {
    const checked = Heartbeat.safeParse(candidate);
    if (checked.success) return { beat: checked.data, dropped };
    const targets = new Map<string, Path>();
    for (const issue of checked.error.issues) {
      const path = elementOf(issue.path);
      targets.set(name(path), path);
    }
    // Later elements of a list first, so that earlier positions stay right.
    const paths = [...targets].sort(([, a], [, b]) => position(b) - position(a));
    for (const [words, path] of paths) {
      const [first] = path;
      if (first === undefined || essential.has(first)) {
        throw new Error(`Cannot send a beat without a valid ${words || 'body'}`);
      }
      remove(candidate, path);
      dropped.push(words);
    }
    candidate = withHostname(candidate);
  }
  throw new Error(`Cannot make a valid beat after leaving out ${dropped.join(', ')}`);
}

/** A deep copy whose strings have no unpaired surrogate, which the hub rejects with 422 as well. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wellFormed(inner)]));
}

/** The smallest thing that can be left out: a whole list element, else the value itself. */
function elementOf(path: Path): Path {
  const index = path.findIndex(key => typeof key === 'number');
  return index === -1 ? path : path.slice(0, index + 1);
}

/** Where an element stands in its list; what is in none comes last. */
function position(path: Path): number {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
}

function name(path: Path): string {
  return path
    .map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

function remove(root: unknown, path: Path): void {
  const last = path.at(-1);
  let parent = root;
  for (const key of path.slice(0, -1)) {
    parent = isRecord(parent) ? parent[key] : undefined;
  }
  if (Array.isArray(parent) && typeof last === 'number') parent.splice(last, 1);
  else if (isRecord(parent) && last !== undefined) parent[last] = null;
}

function withHostname(candidate: unknown): unknown {
  if (!isRecord(candidate) || candidate['hostname'] !== null) return candidate;
  return { ...candidate, hostname: candidate['server_id'] };
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
