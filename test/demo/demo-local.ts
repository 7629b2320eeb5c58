import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StandInHub } from '../support/hub.ts';
import { refusalsOf } from '../support/hub-validation.ts';
import { Steps } from '../support/progress.ts';
import type { DemoContext } from './demo-context.ts';
import { DemoFailure } from './demo-failure.ts';
import { beatTable } from './demo-table.ts';

const BEATS = 3;
const LIMIT_MS = 60_000;

/** Where no servers can be booted: the agent of this source tree, on this machine, against the hub. */
export async function demoLocal(context: DemoContext, lack: string): Promise<void> {
  const { out } = context;
  out.write(
    `No servers, as this machine lacks ${lack}: the agent alone, run from here and installed nowhere\n\n`,
  );
  const directory = await mkdtemp(join(tmpdir(), 'homelab-demo-'));
  await using hub = await new StandInHub().start();
  try {
    await agentBeats(context, hub, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function agentBeats(context: DemoContext, hub: StandInHub, directory: string): Promise<void> {
  const { home, out, signal } = context;
  const steps = new Steps(out);
  const name = serverId();
  const file = join(directory, 'config.yaml');
  const config = [
    `hub_url: ${hub.url}`,
    `server_id: ${name}`,
    `api_key: ${hub.apiKey}`,
    'heartbeat_interval: 5',
  ];
  await writeFile(file, `${config.join('\n')}\n`, { mode: 0o600 });
  const argv = [join(home, 'agent/bin.mjs'), 'run', '--config', file];
  const agent = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // What systemd would give it.
    env: { ...process.env, STATE_DIRECTORY: directory, RUNTIME_DIRECTORY: directory },
  });
  let said = '';
  for (const stream of [agent.stdout, agent.stderr]) {
    stream.on('data', chunk => {
      said += chunk;
    });
  }
  try {
    await steps.run(`${BEATS} beats, 5 s apart`, async progress => {
      const deadline = performance.now() + LIMIT_MS;
      while (hub.beats.length < BEATS) {
        progress(`${hub.beats.length} of ${BEATS}`);
        signal.throwIfAborted();
        if (agent.exitCode !== null || performance.now() > deadline) {
          throw new DemoFailure(
            `Wanted ${BEATS} beats, found ${hub.beats.length}; it said:\n${said}`,
          );
        }
        await sleep(100);
      }
    });
    const refused = hub.beats.flatMap(({ body }) => refusalsOf(body));
    if (refused.length > 0)
      throw new DemoFailure(`Not as the contract has it: ${JSON.stringify(refused)}`);
    out.write('\nWhat the hub received last\n');
    steps.lines(beatTable([name], hub.beats));
    out.write('\nWhat the agent said\n');
    steps.lines(said.replaceAll(/^<\d>/gm, ''));
  } finally {
    agent.kill('SIGTERM');
  }
}

/** This machine's name as the hub accepts it. */
function serverId(): string {
  const id = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 100);
  return id === '' ? 'this-machine' : id;
}
