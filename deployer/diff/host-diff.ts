import { layout } from '../release/layout.ts';
import { HIDDEN, maskSecrets, secretsOf } from './mask-secrets.ts';
import { unifiedDiff } from './unified-diff.ts';

/** The two files of a server that a push changes in sight of people: as found there, and as wanted. */
export interface HostFiles {
  readonly config: { readonly before: string | null; readonly after: string };
  readonly unit: { readonly before: string | null; readonly after: string };
}

/** Unified diffs of configuration (secrets masked) and unit; empty where nothing differs. */
export function hostDiff({ config, unit }: HostFiles): string {
  return [
    configDiff(config.before, config.after),
    unifiedDiff(layout.unit, unit.before, unit.after),
  ].join('');
}

function configDiff(before: string | null, after: string): string {
  const name = layout.config;
  const old = before === null ? null : maskSecrets(before);
  if (before !== null && old === null) {
    return `--- ${name}\n(not shown: the file on the server is not YAML, so its secrets cannot be told apart)\n`;
  }
  const changed = before !== null && secretsOf(before) !== secretsOf(after);
  const young = maskSecrets(after, changed ? '"(hidden, another than before)"' : HIDDEN) ?? '';
  return unifiedDiff(name, old, young);
}
