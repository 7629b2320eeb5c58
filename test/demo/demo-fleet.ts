import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBaseRoot } from '../fleet/base-root.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { ensurePackages, FLEET_PACKAGES } from '../fleet/packages.ts';
import { fleetCache, nativeArchitecture } from '../fleet/root-cache.ts';
import type { HubClient } from '../support/hub-client.ts';
import { refusalsOf } from '../support/hub-validation.ts';
import { type Progress, Steps } from '../support/progress.ts';
import { showCommand } from './demo-command.ts';
import type { DemoContext } from './demo-context.ts';
import { DemoFailure } from './demo-failure.ts';
import { beatTable } from './demo-table.ts';

/** The servers of inventory.example.yaml. */
const SERVERS = [
  ...['nas-1', 'nas-2', 'nas-3'],
  ...['pi-1', 'pi-2', 'pi-3', 'pi-4'],
  ...['minipc-1', 'minipc-2', 'minipc-3', 'minipc-4'],
];
/** An installation without Python on the server needs none anywhere. */
const WITHOUT_PYTHON = ['nas-3', 'pi-4'];
const BEAT_LIMIT_MS = 150_000;

/** The whole job on eleven real servers; rejects where anything is not as promised. */
export async function demoFleet(context: DemoContext): Promise<void> {
  const { out, signal } = context;
  const steps = new Steps(out);
  out.write('Eleven real servers on this machine: systemd, sshd, an address each\n\n');
  await prepare(steps);
  const fleet = await steps.run('Servers booted', (progress, done) =>
    boot(context, progress, done),
  );
  try {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    await Promise.race([show(context, steps, fleet), aborted]);
    if (context.keep) out.write(wayIn(fleet));
  } finally {
    if (!context.keep || signal.aborted) {
      await steps.run('Servers taken down', () => fleet.stop());
    }
  }
}

async function prepare(steps: Steps): Promise<void> {
  await steps.run('Debian packages', progress => ensurePackages(FLEET_PACKAGES, progress));
  await steps.run('Base system of the servers (Debian 12)', progress =>
    ensureBaseRoot(fleetCache(process.env), 'bookworm', nativeArchitecture(process.arch), progress),
  );
}

async function boot(
  { keep, arm64 }: DemoContext,
  progress: Progress,
  done: Progress,
): Promise<Fleet> {
  const fleet = await startFleet({
    hosts: SERVERS,
    withoutPython: WITHOUT_PYTHON,
    each: arm64 ? { 'pi-1': { arch: 'arm64' } } : {},
    keep,
    progress,
  });
  const addresses = [fleet.hosts[0]?.address, fleet.hosts.at(-1)?.address].join(' to ');
  done(`${fleet.hosts.length} at ${addresses}`);
  return fleet;
}

async function show(context: DemoContext, steps: Steps, fleet: Fleet): Promise<void> {
  const { out } = context;
  const hub = await steps.run('Stand-in hub', async (_, done) => {
    done(fleet.hubUrl);
    return await fleet.startHub();
  });
  const inventory = join(fleet.directory, 'inventory.yaml');
  await fleet.inventory(inventory);
  const deploy = (...args: string[]) => {
    const command = [process.execPath, join(context.home, 'deployer/bin.mjs'), ...args];
    // Only the build needs the internet; the servers' network has none.
    const argv = args[0] === 'build' ? command : fleet.argv([...command, '-i', inventory]);
    const shown = args[0] === 'build' ? args : [...args, '-i', 'inventory.yaml'];
    return showCommand(context, `homelab-deploy ${shown.join(' ')}`, argv);
  };
  const native = process.arch === 'arm64' ? 'arm64' : 'x64';
  await deploy('build', '--arch', context.arm64 && native === 'x64' ? 'x64,arm64' : native);
  await deploy('push', '--all');
  await steps.run('First beats, each valid against the contract', (progress, done) =>
    firstBeats(hub, progress, done),
  );
  await deploy('status');
  const first = await processes(fleet);
  const recap = await deploy('push', '--all');
  await steps.run('Second push changed nothing', (_, done) =>
    nothingChanged(fleet, recap, first, done),
  );
  await steps.run('Every agent calls itself healthy', (_, done) => allHealthy(fleet, done));
  out.write('\nWhat the hub received last\n');
  steps.lines(beatTable(SERVERS, await hub.beats()));
  out.write('\n');
  await writeFile(join(fleet.directory, 'received.json'), JSON.stringify(await hub.received()));
}

async function firstBeats(hub: HubClient, progress: Progress, done: Progress): Promise<void> {
  const deadline = performance.now() + BEAT_LIMIT_MS;
  for (;;) {
    const beats = await hub.beats();
    const valid = beats.filter(({ body }) => refusalsOf(body).length === 0);
    const seen = new Set(valid.map(({ body }) => body.server_id));
    const missing = SERVERS.filter(name => !seen.has(name));
    progress(`${seen.size} of ${SERVERS.length}`);
    if (missing.length === 0) {
      const refused = (await hub.answers()).filter(answer => answer !== 200).length;
      done(`${seen.size} of ${SERVERS.length}, ${refused} refused`);
      return;
    }
    if (performance.now() > deadline) {
      const names = missing.join(', ');
      throw new DemoFailure(`Wanted a valid beat from each server, found none from ${names}`);
    }
    await sleep(250);
  }
}

async function processes(fleet: Fleet): Promise<string[]> {
  const shown = 'systemctl show --property MainPID --value homelab-agent';
  return await Promise.all(fleet.hosts.map(async host => (await host.exec(shown)).stdout));
}

async function nothingChanged(
  fleet: Fleet,
  recap: string,
  before: string[],
  done: Progress,
): Promise<void> {
  const wanted = `${SERVERS.length} unchanged`;
  if (!recap.includes(wanted)) throw new DemoFailure(`Wanted "${wanted}" in the recap, see above`);
  const now = await processes(fleet);
  const restarted = SERVERS.filter((_, at) => now[at] !== before[at] || now[at] === '0');
  if (restarted.length > 0) {
    throw new DemoFailure(
      `Wanted the same processes, these were restarted: ${restarted.join(', ')}`,
    );
  }
  done(`${wanted}, ${now.length} same processes`);
}

async function allHealthy(fleet: Fleet, done: Progress): Promise<void> {
  const answers = await Promise.all(
    fleet.hosts.map(host =>
      host.exec('/opt/homelab-agent/current/homelab-agent health', { reject: false }),
    ),
  );
  const ill = fleet.hosts.filter((_, at) => answers[at]?.exitCode !== 0);
  if (ill.length > 0) {
    const words = ill.map(({ name }) => `${name}: ${answers[SERVERS.indexOf(name)]?.stdout}`);
    throw new DemoFailure(
      `Wanted ${SERVERS.length} healthy agents, found ill\n${words.join('\n')}`,
    );
  }
  done(`${SERVERS.length} of ${SERVERS.length} healthy`);
}

function wayIn(fleet: Fleet): string {
  const { number } = fleet;
  const inventory = join(fleet.directory, 'inventory.yaml');
  return `The servers stay up (fleet ${number}), and the hub with them at ${fleet.hubUrl}
    a shell     npm run fleet -- shell ${number} nas-1
    a command   npm run fleet -- run ${number} node deployer/bin.mjs status -i ${inventory}
    what the hub received   curl --unix-socket ${fleet.directory}/hub.sock http://hub/received
    take down   npm run fleet -- down ${number}
`;
}
