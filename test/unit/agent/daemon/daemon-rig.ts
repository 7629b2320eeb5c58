import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../../../agent/config/config-error.ts';
import { parseConfig } from '../../../../agent/config/parse-config.ts';
import { Status } from '../../../../agent/contract/status.ts';
import type { Collected, Collecting } from '../../../../agent/daemon/collecting.ts';
import { Daemon } from '../../../../agent/daemon/daemon.ts';
import { HeapTrimmer } from '../../../../agent/daemon/heap-trimmer.ts';
import { Notifier } from '../../../../agent/daemon/notifier.ts';
import { loadSettings, type Settings } from '../../../../agent/daemon/settings.ts';
import { StatusFile } from '../../../../agent/daemon/status-file.ts';
import { StatusKeeper } from '../../../../agent/daemon/status-keeper.ts';
import { deriveGuid } from '../../../../agent/identity/derive-guid.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { StandInHub } from '../../../support/hub.ts';
import type { FaultKind } from '../../../support/hub-faults.ts';
import { RecordingLog } from '../../../support/recording-log.ts';
import { until } from '../../../support/until.ts';

/** A daemon with everything real but the clock, the host's figures, the journal and systemd. */
export class DaemonRig {
  readonly hub: StandInHub;
  readonly clock = new FakeClock();
  readonly log = new RecordingLog();
  /** What systemd heard, one entry a message. */
  readonly notified: string[] = [];
  readonly daemon: Daemon;
  readonly stop = new AbortController();
  /** The config.yaml that the next load reads. */
  configText: string;
  /** What the collectors say; changed by a test, or replaced by something that throws or hangs. */
  collect: () => Promise<Collected> = async () => ({
    body: {
      hostname: 'nas',
      metrics: { cpu_percent: 1.5, uptime_seconds: Math.floor(this.clock.monotonic() / 1000) },
    },
    collectors: { uptime: { ok: true } },
    warnings: [],
  });
  collections = 0;
  /** The GUIDs that were kept for the next start. */
  readonly kept: string[] = [];
  /** Called with each configuration that goes live. */
  wentLive: () => void = () => {};
  /** What has to be waited for before a configuration is read. */
  prepared: Promise<void> = Promise.resolve();
  ended: Promise<void> = Promise.resolve();
  readonly #directory = mkdtempSync(join(tmpdir(), 'agent-'));

  constructor(hub: StandInHub, config = '') {
    this.hub = hub;
    this.configText = `hub_url: ${hub.url}\nserver_id: nas-1\napi_key: ${hub.apiKey}\n${config}`;
    const { clock, log } = this;
    const command = {
      run: async (_name: string, args: readonly string[]) => {
        this.notified.push(args.join(' '));
        return { code: 0, stdout: '', stderr: '' };
      },
    };
    this.daemon = new Daemon({
      load: before => this.#load(before),
      wentLive: () => this.wentLive(),
      keep: identity => {
        this.kept.push(identity.server_guid);
        return undefined;
      },
      clock,
      log,
      notifier: new Notifier(command, { NOTIFY_SOCKET: '/run/systemd/notify' }, log),
      statusFile: new StatusFile(this.#statusFile, log, { isMadeAtStart: true }),
      statusKeeper: new StatusKeeper({
        version: '0.1.0',
        release: '0.1.0-source',
        pid: 1,
        started: clock.now().toISOString(),
      }),
      reclaim: new HeapTrimmer(undefined),
    });
  }

  /** A rig that runs, with a hub that is well. */
  static async start(config = ''): Promise<DaemonRig> {
    return (await DaemonRig.withHub('none', config)).run();
  }

  /** A rig that does not run yet, and how its hub is. */
  static async withHub(fault: FaultKind, config = ''): Promise<DaemonRig> {
    const hub = await new StandInHub().start();
    await hub.fault(fault);
    return new DaemonRig(hub, config);
  }

  run(): this {
    this.ended = this.daemon.run(this.stop.signal);
    return this;
  }

  get status(): Status {
    return Status.parse(JSON.parse(readFileSync(this.#statusFile, 'utf8')));
  }

  /** Takes the directory of status.json away for good. */
  removeRuntimeDirectory(): void {
    const directory = dirname(this.#statusFile);
    rmSync(directory, { recursive: true });
    writeFileSync(directory, 'Not a directory');
  }

  /** The timestamps that the hub has accepted, in the order of arrival. */
  get timestamps(): unknown[] {
    return this.hub.beats.map(({ body }) => body.timestamp);
  }

  /** Waits until the daemon sleeps to the next beat, and gives how long: neither a pause nor a request's limit. */
  async idle(): Promise<number> {
    const toNext = () => this.clock.sleeping.find(ms => ms !== 5_000 && ms !== 10_000);
    const waiting = () => toNext() !== undefined;
    await until(`the end of the cycle\n${this.log.lines.join('\n')}`, waiting);
    return toNext() ?? 0;
  }

  /** Waits for the end of this cycle's work, and moves the clock to the next beat. */
  async nextBeat(): Promise<void> {
    this.clock.advance(await this.idle());
  }

  /** Waits until something sleeps for so long, and moves the clock by as much. */
  async pass(ms: number): Promise<void> {
    const waiting = () => this.clock.sleeping.includes(ms);
    await until(`a sleep of ${ms} ms, found ${this.clock.sleeping}`, waiting);
    this.clock.advance(ms);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort(new Error('The test is over'));
    await this.ended;
    await this.hub.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #statusFile(): string {
    return join(this.#directory, 'run', 'status.json');
  }

  #load(before: Settings | undefined): Promise<Settings> {
    const { clock } = this;
    return loadSettings(
      {
        prepare: async () => {
          await this.prepared;
          if (this.configText === '') throw new ConfigError(['config.yaml: No such file']);
          const parsed = parseConfig(this.configText, 'config.yaml');
          const { server_id, server_guid = deriveGuid(server_id) } = parsed.config;
          return {
            loaded: { ...parsed, source: 'config.yaml', sha256: 'f00d' },
            identity: { server_id, server_guid },
            cpu: null,
          };
        },
        createCollection: () => this.#collection(),
        agentVersion: '0.1.0',
        clock,
      },
      before,
    );
  }

  #collection(): Collecting {
    this.collections++;
    return { prime: () => {}, collect: () => this.collect(), stuck: () => 0 };
  }
}
