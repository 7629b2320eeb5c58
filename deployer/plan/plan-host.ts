import { modes } from '../../agent/contract/places.ts';
import { sha256 } from '../lib/digest.ts';
import { compareSettings, type Difference } from './compare-settings.ts';
import type { Facts, FileFact } from './facts.ts';
import type { HostPlan, Refusal, Step, WantedAgent } from './plan.ts';
import { refuseLoss } from './refuse-loss.ts';

/** What a server should have. */
export interface Wanted {
  /** The text of the artifact's SHA256SUMS. */
  readonly sums: string;
  /** Of the rendered config.yaml, which holds secrets. */
  readonly configSha256: string;
  readonly agent: WantedAgent;
}

/**
 * From a server's facts and what it should have to the steps that are needed. Pure, so that `--check` is the same path.
 *
 * @param facts of a probe that was given the wanted release
 */
export function planHost(facts: Facts, wanted: Wanted): HostPlan | Refusal {
  if (facts.problems.length > 0) return { kind: 'refused', reason: facts.problems.join('\n') };
  if (facts.wanted === null) throw new Error('Expected facts with the wanted release');
  const differences = compareSettings(facts, wanted.agent);
  const loss = refuseLoss(facts, wanted.agent, differences);
  if (loss !== null) return { kind: 'refused', reason: loss };
  const { release, runtime } = facts.wanted;
  const from = source(facts, sha256(wanted.sums));
  const sendRuntime = runtime !== 'system' && !facts.runtimes.includes(runtime);
  const plan: HostPlan = {
    kind: 'plan',
    release,
    previous: facts.current,
    runtime,
    architecture: runtime === 'system' ? null : facts.arch,
    send: { artifact: from === null, runtime: sendRuntime },
    from,
    steps: [
      ...takeover(facts),
      ...(sendRuntime
        ? [{ what: 'runtime', text: `${runtime} (now ${facts.currentRuntime ?? 'none'})` } as const]
        : []),
      ...releaseStep(facts, release),
      ...fileStep(
        { what: 'config', mode: modes.config, owner: 'root:homelab-agent' },
        facts.config,
        wanted.configSha256,
        howDiffers(differences),
      ),
      ...fileStep(
        { what: 'unit', mode: modes.unit, owner: 'root:root' },
        facts.unit,
        unitDigest(wanted.sums),
        'differs',
      ),
      ...serviceStep(facts, release),
      ...facts.repairs.map(text => ({ what: 'repair', text }) as const),
    ],
  };
  if (plan.steps.length === 0 || facts.full === null) return plan;
  return { kind: 'refused', reason: facts.full };
}

function takeover(facts: Facts): Step[] {
  if (facts.formerAgent === null) return [];
  return [
    { what: 'takeover', text: `takes over from ${facts.formerAgent}, and keeps it for a rollback` },
  ];
}

/**
 * A release on the server that holds the wanted artifact; the current one first, unless its files are not what they
 * were.
 */
function source(facts: Facts, sumsSha256: string): string | null {
  const names = facts.releases
    .filter(release => release.sumsSha256 === sumsSha256)
    .map(release => release.name)
    .filter(name => name !== facts.current || facts.intact);
  const current = names.find(name => name === facts.current);
  return current ?? names[0] ?? null;
}

function releaseStep(facts: Facts, release: string): Step[] {
  if (facts.current === null) {
    const why = facts.formerAgent === null ? ' (first install)' : '';
    return [{ what: 'release', text: `${release}${why}` }];
  }
  if (facts.current !== release) {
    return [{ what: 'release', text: `${release} (before: ${facts.current})` }];
  }
  if (!facts.intact) return [{ what: 'release', text: `${release} (its files were changed)` }];
  if (!facts.nodeRunnable) return [{ what: 'release', text: `${release} (its Node is missing)` }];
  return [];
}

/** `differs in hub_url, mode; mode: readonly instead of readwrite, which is on the server` */
function howDiffers(differences: readonly Difference[]): string {
  const names = differences.map(({ key }) => key).join(', ');
  const texts = differences.flatMap(({ key, text }) => (text === null ? [] : [`${key}: ${text}`]));
  return [names === '' ? 'differs' : `differs in ${names}`, ...texts].join('; ');
}

function fileStep(
  { what, mode, owner }: { what: 'config' | 'unit'; mode: string; owner: string },
  found: FileFact | null,
  digest: string,
  differs: string,
): Step[] {
  if (found === null) return [{ what, text: 'is not there' }];
  if (found.sha256 !== digest) return [{ what, text: differs }];
  if (found.mode === mode.replace(/^0/, '') && found.owner === owner) return [];
  return [{ what, text: `is ${found.mode} ${found.owner}, wanted ${mode} ${owner}` }];
}

function serviceStep(facts: Facts, release: string): Step[] {
  const { service, status } = facts;
  const runsAnother =
    service.active === 'active' &&
    facts.current === release &&
    status !== null &&
    status.release !== release;
  const reasons = [
    ...(service.enabled === 'enabled' ? [] : ['is not enabled']),
    ...(service.active === 'active' ? [] : [`is ${service.active}`]),
    ...(service.needsReload ? ['runs by an older unit'] : []),
    ...(runsAnother ? [`still runs ${status.release ?? 'another release'}`] : []),
  ];
  return reasons.length === 0 ? [] : [{ what: 'service', text: reasons.join(', ') }];
}

/** The unit's line in SHA256SUMS: `<sha256>  homelab-agent.service`. */
function unitDigest(sums: string): string {
  const digest = /^([0-9a-f]{64}) {2}homelab-agent\.service$/m.exec(sums)?.[1];
  if (digest === undefined) throw new Error('Expected homelab-agent.service in SHA256SUMS');
  return digest;
}
