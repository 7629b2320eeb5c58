import type { Service } from '../../contract/heartbeat.ts';
import { type StorageHealth, storageService } from '../../contract/storage.ts';

const nothing = 'nothing to watch here: no array, pool, file system or disk that tells its health';

/** The health of storage as the hub knows services: it opens an alert at `failed` and closes it at `running`. */
export function service({ state, findings }: StorageHealth): Service {
  const shown = findings.filter(({ severity }) => state !== 'fault' || severity === 'fault');
  const words = shown.map(({ text }) => text).join('; ');
  const reason = state === 'unknown' ? nothing : words.slice(0, 255) || null;
  const status = {
    good: 'running',
    warning: 'running',
    fault: 'failed',
    unknown: 'unknown',
  } as const;
  return {
    name: storageService,
    status: status[state],
    status_reason: reason,
    pid: null,
    memory_mb: null,
    cpu_percent: null,
  };
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
