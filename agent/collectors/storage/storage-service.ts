import type { Service } from '../../contract/heartbeat.ts';
import { type StorageHealth, storageService } from '../../contract/storage.ts';

const nothing =
  'nothing to watch here: no array, pool, file system or disk that reports its health';

/** The hub accepts 255 characters; with these, `; and 29 more` always fits. */
const reasonLimit = 240;

/** The health of storage as the hub knows services: it opens an alert at `failed` and closes it at `running`. */
export function service({ state, findings }: StorageHealth): Service {
  const shown = findings.filter(({ severity }) => state !== 'fault' || severity === 'fault');
  const status = {
    good: 'running',
    warning: 'running',
    fault: 'failed',
    unknown: 'unknown',
  } as const;
  return {
    name: storageService,
    status: status[state],
    status_reason: state === 'unknown' ? nothing : reason(shown.map(({ text }) => text)),
    pid: null,
    memory_mb: null,
    cpu_percent: null,
  };
}

/** As many whole sentences as fit, and how many more there are. */
function reason([first, ...others]: readonly string[]): string | null {
  if (first === undefined) return null;
  let words = first.slice(0, reasonLimit);
  for (const [at, text] of others.entries()) {
    if (words.length + text.length + 2 > reasonLimit)
      return `${words}; and ${others.length - at} more`;
    words += `; ${text}`;
  }
  return words;
}

/**
 * The services with the health of storage in its place.
 *
 * @param services of the other names, in their order; null where systemd could not be asked
 */
export function withStorage(
  names: readonly string[],
  services: readonly Service[] | null,
  storage: StorageHealth,
): Service[] | null {
  if (!names.includes(storageService)) return services === null ? null : [...services];
  const others = [...(services ?? [])];
  return names.flatMap(name =>
    name === storageService ? [service(storage)] : others.splice(0, 1),
  );
}
