import { randomBytes } from 'node:crypto';
import type { Arch } from '../../agent/contract/requirements.ts';
import { type SentFile, transferFor } from '../apply/transfer.ts';
import { compared, hostDiff } from '../plan/diff/host-diff.ts';
import type { Facts } from '../plan/facts.ts';
import type { HostPlan } from '../plan/plan.ts';
import { planHost } from '../plan/plan-host.ts';
import type { Connection } from '../ssh/transport.ts';
import { classifyHostError } from './classify-host-error.ts';
import { type Begun, confirmOutcome } from './confirm-outcome.ts';
import type { Build, PushDependencies } from './dependencies.ts';
import type { Emit, Phase } from './events.ts';
import { gapBefore, lastBeat } from './first-beat.ts';
import { installOutcome } from './install-outcome.ts';
import type { Job } from './job.ts';
import { readFacts, wantedRelease } from './read-facts.ts';
import {
  countsAsFailed,
  type HostResult,
  type Outcome,
  type Planned,
  UNTOUCHED,
} from './result.ts';
import { sendRelease } from './send-release.ts';

export interface RunOptions {
  readonly check: boolean;
  readonly diff: boolean;
  readonly by: string;
  /** Whether a push ends with what the hub answered to each server's heartbeat. */
  readonly awaitBeat: boolean;
  /** Whether to write to a server all the same whose storage reports faults; only asked where something would change. */
  acceptsStorage(host: string, faults: readonly string[]): Promise<boolean>;
  /** Aborted by Ctrl-C: what is being activated finishes, the rest does not begin. */
  readonly signal: AbortSignal;
}

/** One server during a push. Every method catches what concerns this server alone. */
export class HostRun {
  readonly job: Job;
  /** Ends when there is a result, after apply(). */
  settled: Promise<void> = Promise.resolve();
  readonly #tools: PushDependencies;
  readonly #options: RunOptions;
  readonly #emit: Emit;
  #connection: Connection | null = null;
  #facts: Facts | null = null;
  #plan: HostPlan | null = null;
  #diff: string | null = null;
  #spentMs = 0;
  #sentBytes = 0;
  #since: number | null = null;
  #result: HostResult | null = null;

  constructor(job: Job, tools: PushDependencies, options: RunOptions, emit: Emit) {
    this.job = job;
    this.#tools = tools;
    this.#options = options;
    this.#emit = emit;
  }

  get result(): HostResult | null {
    return this.#result;
  }

  /** Whether it is planned, and something is left to do. */
  get changes(): boolean {
    return this.#result === null && this.#plan !== null;
  }

  get failed(): boolean {
    return this.#result !== null && countsAsFailed(this.#result);
  }

  get planned(): Planned {
    const [plan, ended] = [this.#plan, this.#result];
    const firstInstall = plan?.previous === null;
    return { host: this.job.name, steps: plan?.steps ?? [], firstInstall, ended };
  }

  /** The runtime that has to be sent, as far as the plan goes. */
  get missingRuntime(): Arch | null {
    return this.#result === null && this.#plan?.send.runtime ? this.#plan.architecture : null;
  }

  async probe(build: Build): Promise<void> {
    const { diff, signal } = this.#options;
    const { config, runtime, target, refusal } = this.job;
    if (refusal !== null) return this.fail(refusal);
    this.#phase('probing', 'asks the server');
    await this.#timed(async () => {
      const request = { runtime, wanted: wantedRelease(build, config), texts: diff };
      this.#connection = await this.#tools.transport.connect(target, signal);
      this.#facts = await readFacts(this.#connection, request, signal);
    });
  }

  /** Decides, and ends the run of a server that needs nothing, cannot be served, or is only checked. */
  async plan(build: Build): Promise<void> {
    const facts = this.#facts;
    if (this.#result !== null || facts === null) return;
    await this.#timed(() => this.#decide(facts, build));
  }

  async #decide(facts: Facts, build: Build): Promise<void> {
    if (this.#options.diff) {
      this.#diff = hostDiff({
        config: compared(facts.config, facts.texts.config, this.job.config),
        unit: compared(facts.unit, facts.texts.unit, await build.unit()),
      });
    }
    const { config, agent } = this.job;
    const plan = planHost(facts, { ...wantedRelease(build, config), agent });
    if (plan.kind === 'refused') return this.#end('failed', { reason: plan.reason });
    this.#plan = plan;
    if (plan.steps.length === 0) {
      const beat = this.#options.awaitBeat ? lastBeat(facts) : null;
      const refused = beat?.answer === 'refused';
      return this.#end(refused ? 'refused' : 'unchanged', {
        beat,
        reason: refused ? beat.reason : null,
      });
    }
    const faults = this.job.despiteStorage ? [] : facts.storageFaults;
    if (faults.length > 0 && !(await this.#options.acceptsStorage(this.job.name, faults))) {
      const next = 'Nothing was sent: repair it first, or push with --despite-storage';
      return this.#end('failed', { reason: [...faults, next].join('\n') });
    }
    this.#phase('planned', plan.steps.map(({ what, text }) => `${what} ${text}`).join('; '));
    if (this.#options.check) await this.#end('changed');
  }

  /**
   * Sends what is wanted, has it installed and confirms the outcome. Ends as soon as nothing but the server's first
   * heartbeat is left to wait for; `settled` ends after that.
   */
  async apply(build: Build, runtimes: ReadonlyMap<Arch, SentFile>): Promise<void> {
    const [plan, connection] = [this.#plan, this.#connection];
    if (this.#result !== null || plan === null || connection === null) return;
    const { gateSeconds, requireBeat, keepReleases } = this.job;
    const { by, awaitBeat, signal } = this.#options;
    const transfer = transferFor({
      plan,
      config: this.job.config,
      artifact: build.artifact,
      runtime: plan.architecture === null ? null : (runtimes.get(plan.architecture) ?? null),
      options: { gateSeconds, requireBeat, keepReleases, by, checked: build.sameSchema },
      id: randomBytes(8).toString('hex'),
    });
    const { directory } = transfer;
    const waiting = Promise.withResolvers<void>();
    const onWait = (): void => {
      this.#phase('confirming', 'waits for the first heartbeat');
      waiting.resolve();
    };
    const watch = awaitBeat ? { signal, onWait } : null;
    this.settled = this.#timed(async () => {
      const sent = await sendRelease(connection, transfer, this.job, {
        signal,
        emit: this.#emit,
        onSent: bytes => {
          this.#sentBytes = bytes;
        },
      });
      if ('lost' in sent) return this.#confirm({ plan, directory, lost: sent.lost, watch }, []);
      const { outcome, reason, changes, journal } = installOutcome(sent);
      if (outcome === 'changed') {
        return this.#confirm({ plan, directory, lost: null, watch }, changes);
      }
      return this.#end(outcome, { reason, changes, journal });
    });
    await Promise.race([this.settled, waiting.promise]);
  }

  /** Ends a run that never came to its turn. */
  async skip(reason: string): Promise<void> {
    if (this.#result === null) await this.#end('skipped', { reason });
  }

  async fail(reason: string): Promise<void> {
    if (this.#result === null) await this.#end('failed', { reason });
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #confirm(begun: Begun, changes: readonly string[]): Promise<void> {
    this.#phase('confirming', 'asks again over a new connection');
    const { outcome, ...ended } = await confirmOutcome(this.#tools, this.job, begun);
    const { beat, warnings } = ended;
    const gapSeconds = gapBefore(beat, this.#facts?.status ?? null);
    if (beat?.answer !== 'refused') return this.#end(outcome, { ...ended, changes, gapSeconds });
    return this.#end('refused', { reason: beat.reason, changes, beat, warnings });
  }

  async #timed(work: () => Promise<void>): Promise<void> {
    this.#since = this.#tools.now();
    try {
      await work();
    } catch (error) {
      if (this.#options.signal.aborted) {
        await this.skip(UNTOUCHED);
      } else {
        const { recordFault } = this.#tools;
        const { outcome, reason } = classifyHostError(this.job.name, error, recordFault);
        await this.#end(outcome, { reason });
      }
    } finally {
      this.#spentMs = this.#spent();
      this.#since = null;
    }
  }

  #spent(): number {
    return this.#spentMs + (this.#since === null ? 0 : this.#tools.now() - this.#since);
  }

  #phase(phase: Phase, text: string): void {
    this.#emit({ kind: 'phase', host: this.job.name, phase, text });
  }

  async #end(
    outcome: Outcome,
    more: Partial<
      Pick<HostResult, 'reason' | 'changes' | 'journal' | 'beat' | 'gapSeconds' | 'warnings'>
    > = {},
  ): Promise<void> {
    this.#result = {
      host: this.job.name,
      outcome,
      seconds: this.#spent() / 1_000,
      release: this.#plan?.release ?? null,
      previous: this.#plan?.previous ?? this.#facts?.current ?? null,
      steps: this.#plan?.steps ?? [],
      sentBytes: this.#sentBytes,
      changes: [],
      reason: null,
      journal: [],
      beat: null,
      gapSeconds: null,
      warnings: this.#facts?.status?.warnings ?? [],
      diff: this.#diff,
      optional: this.job.optional,
      ...more,
    };
    await this.close();
    this.#emit({ kind: 'done', result: this.#result });
  }
}
