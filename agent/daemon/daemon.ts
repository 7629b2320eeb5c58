import type { Heartbeat } from '../contract/heartbeat.ts';
import { Backlog } from '../heartbeat/backlog.ts';
import { type Delivered, deliver } from '../heartbeat/delivery.ts';
import { HeartbeatBuilder } from '../heartbeat/heartbeat-builder.ts';
import { HubState } from '../heartbeat/hub-state.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { BeatSchedule } from './beat-schedule.ts';
import type { Collecting } from './collecting.ts';
import type { HeapTrimmer } from './heap-trimmer.ts';
import type { Notifier } from './notifier.ts';
import { announce, tryReload } from './reload.ts';
import type { Settings } from './settings.ts';
import type { StatusFile } from './status-file.ts';
import type { StatusKeeper } from './status-keeper.ts';
import { WarningLog } from './warning-log.ts';

/** How long counters run before the first percentage: fifty ticks of each processor. */
const warmUpMs = 500;

export interface DaemonDependencies {
  /** Loads the configuration and what follows from it; reuses of the earlier settings what did not change. */
  readonly load: (before?: Settings) => Promise<Settings>;
  /** Called once a configuration has gone live. */
  readonly wentLive: (settings: Settings) => void;
  /** Keeps the identity with which the hub has accepted a beat; a warning where it cannot. */
  readonly keep: (identity: Settings['identity']) => string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly notifier: Notifier;
  readonly statusFile: StatusFile;
  readonly statusKeeper: StatusKeeper;
  readonly reclaim: HeapTrimmer;
}

/** Collects and sends, beat after beat, until it is stopped. No beat overlaps another. */
export class Daemon {
  readonly #dependencies: DaemonDependencies;
  readonly #warningLog: WarningLog;
  readonly #backlog = new Backlog(0);
  /** Whose beats the backlog holds. */
  #backlogGuid = '';
  #settings: Settings | undefined;
  /** The settings with which a beat was accepted. */
  #accepted: Settings | undefined;
  #schedule: BeatSchedule | undefined;
  readonly #hubState: HubState;
  readonly #builder = new HeartbeatBuilder();
  /** Ends what the loop is doing now, at a reload or at the end. */
  #current = new AbortController();
  #reloading: Promise<void> = Promise.resolve();
  #stopped = false;
  #ready = false;
  /** The collectors whose counters have run for long enough to give percentages. */
  #warm: Collecting | undefined;

  constructor(dependencies: DaemonDependencies) {
    this.#dependencies = dependencies;
    this.#warningLog = new WarningLog(dependencies.log);
    this.#hubState = new HubState(dependencies.log);
  }

  /**
   * Runs until `stop` is aborted, and then ends at once, whatever is under way; or until only a new start can help.
   * Throws ConfigError when the first configuration is missing or invalid.
   */
  async run(stop: AbortSignal): Promise<void> {
    const stopped = new Promise<undefined>(resolve => {
      const onStop = (): void => {
        this.#stopped = true;
        this.#current.abort(stop.reason);
        resolve(undefined);
      };
      stop.addEventListener('abort', onStop);
      if (stop.aborted) onStop();
    });
    const loading = this.#dependencies.load().then(settings => {
      if (!this.#stopped) this.#goLive(settings);
    });
    // A reload that comes now waits for it.
    this.#reloading = loading.catch(() => {});
    await Promise.race([loading, stopped]);
    if (this.#stopped) return;
    await Promise.race([this.#loop(stop), stopped]);
  }

  /** Loads the configuration again; an invalid one changes nothing. Calls run one after the other. Never rejects. */
  reload(): Promise<void> {
    this.#reloading = this.#reloading.then(async () => {
      const { load, notifier, log } = this.#dependencies;
      const change = async () => this.#goLive(await load(this.#settings));
      await tryReload(change, () => this.#stopped, notifier, log);
    });
    return this.#reloading;
  }

  /** Calls of the collectors that hang in the kernel. */
  stuck(): number {
    return this.#settings?.collection.stuck() ?? 0;
  }

  #goLive(settings: Settings): void {
    const { log, clock, statusKeeper, wentLive } = this.#dependencies;
    const { config, loaded } = settings;
    const interval = config.heartbeat_interval;
    const schedule = new BeatSchedule(config.server_id, interval * 1000, clock.monotonic());
    announce(settings, log);
    wentLive(settings);
    statusKeeper.configured({ config_sha256: loaded.sha256, interval });
    this.#settings = settings;
    this.#schedule = schedule;
    this.#backlog.resize(config.backfill);
    this.#current.abort(new Error('The configuration was reloaded'));
  }

  async #loop(stop: AbortSignal): Promise<void> {
    const { clock, log } = this.#dependencies;
    while (!stop.aborted) {
      this.#current = new AbortController();
      const { signal } = this.#current;
      try {
        const began = clock.monotonic();
        await this.#beat(began, signal);
        if (this.#isOver()) return;
        const now = clock.monotonic();
        await clock.sleep(this.#next(now, began) - now, signal);
      } catch (error) {
        if (signal.aborted) continue;
        // A bug: it is logged with its stack, and the next beat may succeed.
        log.error('Heartbeat failed', { error: String((error as Error).stack ?? error) });
        await clock.sleep(this.#schedule?.interval ?? 60_000, signal).catch(() => {});
      }
    }
  }

  /** systemd starts the service again, and makes the directory for it. The backlog, in memory alone, is sent before. */
  #isOver(): boolean {
    const { log, statusFile } = this.#dependencies;
    if (!statusFile.isLost || this.#backlog.size > 0) return false;
    log.warning('The runtime directory was removed: ending, so that systemd makes it again');
    return true;
  }

  /** When the beat after the one that began at `last` is due. */
  #next(now: number, last: number): number {
    return this.#schedule?.next(now, last) ?? now;
  }

  async #beat(began: number, signal: AbortSignal): Promise<void> {
    const { clock, log, notifier, statusFile, statusKeeper, reclaim } = this.#dependencies;
    const settings = this.#settings;
    if (settings === undefined) return;
    const first = await this.#collect(settings);
    if (!this.#ready) {
      this.#ready = true;
      statusFile.write(statusKeeper.status);
      await notifier.tell('READY=1', 'STATUS=First figures collected');
    }
    const beat = await this.#warmUp(settings, first, signal);
    const { hub } = settings;
    const guid = settings.identity.server_guid;
    if (guid !== this.#backlogGuid) this.#backlog.clear();
    this.#backlogGuid = guid;
    const delivered = await deliver(
      beat,
      { hub, backlog: this.#backlog, clock, log },
      this.#next(began, began),
      signal,
    );
    if (delivered.outcome.kind === 'delivered') this.#keepIdentity(settings);
    const queued = this.#backlog.size;
    this.#hubState.report(delivered, {
      hub: settings.config.hub_url,
      queued,
      now: clock.monotonic(),
    });
    this.#hubState.reportSkew(hub.skew);
    const [at, now] = [clock.now(), clock.monotonic()];
    const next = this.#next(now, began);
    const nextDue = new Date(at.getTime() + next - now);
    const { outcome, replayed } = delivered;
    statusKeeper.sent(outcome, { at, nextDue, replayed, queued });
    statusFile.write(statusKeeper.status);
    await notifier.cycleEnded(statusLine(delivered, queued), now, next);
    reclaim.cycleEnded();
  }

  #keepIdentity(settings: Settings): void {
    if (settings === this.#accepted) return;
    this.#accepted = settings;
    const { keep, log } = this.#dependencies;
    const warning = keep(settings.identity);
    if (warning !== undefined) log.warning('Identity not kept', { at: warning });
  }

  /**
   * A percentage takes two readings and some time between: the first beat of new collectors waits for it, READY does
   * not.
   */
  async #warmUp(settings: Settings, beat: Heartbeat, signal: AbortSignal): Promise<Heartbeat> {
    if (settings.collection === this.#warm) return beat;
    this.#warm = settings.collection;
    if (beat.metrics?.cpu_percent !== null) return beat;
    await this.#dependencies.clock.sleep(warmUpMs, signal);
    return await this.#collect(settings);
  }

  async #collect({ collection, config, identity }: Settings): Promise<Heartbeat> {
    const { clock, statusKeeper } = this.#dependencies;
    const at = clock.now();
    const collected = await collection.collect();
    const { beat, warnings } = this.#builder.assemble(collected, config, identity.server_guid, at);
    this.#warningLog.report(warnings);
    statusKeeper.collected(collected.collectors, beat, warnings);
    return beat;
  }
}

function statusLine({ outcome }: Delivered, queued: number): string {
  if (outcome.kind === 'delivered') return 'Last heartbeat delivered';
  return `Last heartbeat not delivered, ${queued} kept for later: ${outcome.words}`;
}
