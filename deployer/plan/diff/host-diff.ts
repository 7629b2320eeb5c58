import { places } from '../../../agent/contract/places.ts';
import { HIDDEN, maskSecrets, secretsOf } from './mask-secrets.ts';
import { unifiedDiff } from './unified-diff.ts';

/** A file on a server and what it should be; `before` is null where there is none, or none that was sent. */
interface ComparedFile {
  readonly before: string | null;
  readonly after: string;
  /** The file is there, and larger than the probe sends. */
  readonly tooLong?: boolean;
}

/** Unified diffs of configuration (secrets masked) and unit; empty where nothing differs. */
export function hostDiff({ config, unit }: { config: ComparedFile; unit: ComparedFile }): string {
  return [
    config.tooLong ? notShown(places.config) : configDiff(config.before, config.after),
    unit.tooLong ? notShown(places.unit) : unifiedDiff(places.unit, unit.before, unit.after),
  ].join('');
}

function notShown(name: string): string {
  return `--- ${name}\n(not shown: the file on the server is larger than 256 KiB)\n`;
}

function configDiff(before: string | null, after: string): string {
  const name = places.config;
  const old = before === null ? null : maskSecrets(before);
  if (before !== null && old === null) {
    return `--- ${name}\n(not shown: the file on the server is not YAML, so its secrets cannot be told apart)\n`;
  }
  const changed = before !== null && secretsOf(before) !== secretsOf(after);
  const young = maskSecrets(after, changed ? '"(hidden, another than before)"' : HIDDEN) ?? '';
  return unifiedDiff(name, old, young);
}
