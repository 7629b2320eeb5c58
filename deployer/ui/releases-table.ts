import { plainLines } from '../../agent/contract/plain-text.ts';
import type { HostAnswer } from '../run/ask-hosts.ts';
import type { ExecResult } from '../ssh/transport.ts';
import { table } from './text.ts';

interface Release {
  readonly release: string;
  /** `current`, `previous` or `-`. */
  readonly state: string;
  readonly since: string;
  /** Whether the hub accepted a beat of it; null where an older installer does not say. */
  readonly accepted: boolean | null;
}

/** A line a release, and below why a server could not be asked. */
export function releasesTable(answers: readonly HostAnswer<ExecResult>[]): string {
  const rows = answers.flatMap(answer => {
    if (answer.kind === 'error') return [[answer.host, '-', answer.outcome]];
    const releases = parseReleases(answer.value.stdout);
    if (releases.length === 0) return [[answer.host, '-', 'not installed']];
    return releases.map(({ release, state, since, accepted }) => [
      answer.host,
      release,
      state,
      since,
      accepted === null ? '?' : accepted ? 'yes' : 'no',
    ]);
  });
  const reasons = answers.flatMap(answer =>
    answer.kind === 'error' ? [`${answer.host}: ${answer.reason}\n`] : [],
  );
  const text = table(['SERVER', 'RELEASE', 'STATE', 'LIVE SINCE', 'BEAT ACCEPTED'], rows);
  return reasons.length === 0 ? text : `${text}\n${reasons.join('')}`;
}

/** `0.1.0-ab12cd34<tab>current<tab>2026-01-01T00:00:00Z<tab>accepted`, a line a release. */
export function parseReleases(output: string): Release[] {
  return plainLines(output)
    .split('\n')
    .flatMap(line => {
      const [release, state, since, beat] = line.split('\t');
      const accepted = beat === undefined ? null : beat === 'accepted';
      return release && state && since ? [{ release, state, since, accepted }] : [];
    });
}
