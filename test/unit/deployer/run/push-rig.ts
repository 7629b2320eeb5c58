import { Secret } from '../../../../deployer/inventory/secret.ts';
import type { AgentSettings } from '../../../../deployer/inventory/settings/agent-settings.ts';
import type { WantedAgent } from '../../../../deployer/plan/plan.ts';
import type { PushDependencies } from '../../../../deployer/run/dependencies.ts';
import type { EngineEvent } from '../../../../deployer/run/events.ts';
import type { Job } from '../../../../deployer/run/job.ts';
import { type PushOptions, push } from '../../../../deployer/run/push.ts';
import type { HostResult } from '../../../../deployer/run/result.ts';
import { CONFIG, type FakeServer, NODE, SUMS, UNIT, VERSION } from './fake-server.ts';
import { FakeTransport } from './fake-transport.ts';

/** What the inventory wants of the agent on a host: no more than has to be there, unless told. */
export function agentFor(
  name: string,
  config: Partial<AgentSettings> = {},
  takeover: WantedAgent['takeover'] = 'keep',
): WantedAgent {
  return {
    name,
    config: {
      hub_url: 'http://hub:8080',
      server_id: name,
      api_key: new Secret('key'),
      heartbeat_interval: 60,
      monitored_services: [],
      mode: 'readonly',
      backfill: 60,
      log_level: 'info',
      ...config,
    },
    sets: new Set(Object.keys(config)),
    takeover,
  };
}

function jobFor(name: string, config: string, refusal: string | null): Job {
  return {
    name,
    target: { name, sshArgs: [], connectTimeoutMs: 1000, become: { user: 'root' } },
    config,
    agent: agentFor(name),
    runtime: 'bundled',
    gateSeconds: 5,
    requireBeat: false,
    keepReleases: 5,
    despiteStorage: false,
    optional: false,
    refusal,
  };
}

export function dependenciesFor(
  servers: Record<string, FakeServer>,
  over: Partial<PushDependencies> = {},
): PushDependencies {
  let now = 0;
  const sent = (file: string): Awaited<ReturnType<PushDependencies['runtime']>> => ({
    file,
    sha256: '0'.repeat(64),
    source: { content: Buffer.from(file) },
  });
  return {
    transport: new FakeTransport(servers),
    build: async () => ({
      version: VERSION,
      sums: SUMS,
      artifact: sent('homelab-agent-0.1.0.tar.gz'),
      nodeVersion: NODE,
      sameSchema: true,
      unit: async () => UNIT,
    }),
    runtime: async arch => sent(`node-v${NODE}-linux-${arch}.tar.gz`),
    recordFault: (host, fault) => `Fault on ${host}: ${String(fault)}`,
    now: () => now,
    sleep: async ms => {
      now += ms;
    },
    ...over,
  };
}

interface Ran {
  readonly results: HostResult[];
  readonly events: EngineEvent[];
}

export async function pushTo(
  servers: Record<string, FakeServer>,
  options: Partial<PushOptions> & {
    tools?: Partial<PushDependencies>;
    config?: string;
    /** Servers that the hub would refuse. */
    refusals?: ReadonlyMap<string, string>;
  } = {},
): Promise<Ran> {
  const events: EngineEvent[] = [];
  const { config = CONFIG, refusals = new Map() } = options;
  const jobs = Object.keys(servers).map(name => jobFor(name, config, refusals.get(name) ?? null));
  const results = await push(
    jobs,
    dependenciesFor(servers, options.tools),
    {
      check: false,
      diff: false,
      by: 'anna@desk',
      awaitBeat: true,
      forks: 10,
      serial: [],
      maxFail: null,
      confirm: async () => true,
      acceptsStorage: async () => false,
      signal: new AbortController().signal,
      ...options,
    },
    event => events.push(event),
  );
  return { results, events };
}
