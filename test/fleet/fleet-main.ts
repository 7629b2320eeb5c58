import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Steps } from '../support/progress.ts';
import { startFleet } from './fleet.ts';
import { controllerNamespace, registryDir } from './fleet-names.ts';
import { readOwner, registered, releaseFleet } from './fleet-registry.ts';

const USAGE = `Boots real servers by hand. Takes root.

  npm run fleet -- up [NAME…] [--hub]   boot servers (default: nas-1 pi-1), write an inventory
  npm run fleet -- list                 what stands
  npm run fleet -- shell FLEET NAME     a root shell on a server
  npm run fleet -- run FLEET COMMAND…   a command where it reaches the servers
  npm run fleet -- down [FLEET…]        take fleets down (default: all that were booted by hand)
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { hub: { type: 'boolean', default: false }, 'without-python': { type: 'string' } },
});
const [verb, ...rest] = positionals;
process.exitCode = await main(verb, rest);

async function main(verb: string | undefined, rest: string[]): Promise<number> {
  switch (verb) {
    case 'up':
      return await up(rest);
    case 'list':
      return await list();
    case 'shell':
      return enter(rest[0] ?? '', [
        'ssh',
        '-F',
        sshConfigOf(rest[0]),
        '-t',
        rest[1] ?? '',
        'sudo -i',
      ]);
    case 'run':
      return enter(rest[0] ?? '', rawCommand());
    case 'down':
      return await down(rest.map(Number));
    default:
      process.stderr.write(USAGE);
      return verb === undefined || verb === 'help' ? 0 : 2;
  }
}

async function up(names: string[]): Promise<number> {
  const hosts = names.length > 0 ? names : ['nas-1', 'pi-1'];
  const without = values['without-python'];
  const steps = new Steps(process.stderr);
  const fleet = await steps.run(`Booting ${hosts.length} servers`, progress =>
    startFleet({
      hosts,
      keep: true,
      progress,
      withoutPython: typeof without === 'string' ? without.split(',') : [],
    }),
  );
  if (values['hub'] === true) await fleet.startHub();
  const inventory = join(fleet.directory, 'inventory.yaml');
  await fleet.inventory(inventory);
  const { number } = fleet;
  process.stdout.write(
    [
      `Fleet ${number}: ${fleet.hosts.map(({ name, address }) => `${name} (${address})`).join(', ')}`,
      `  inventory  ${inventory}`,
      `  enter      npm run fleet -- shell ${number} ${hosts[0]}`,
      `  run        npm run fleet -- run ${number} node deployer/bin.mjs push --all -i ${inventory}`,
      `  hub        ${values['hub'] === true ? `${fleet.hubUrl}, API key ${fleet.apiKey}` : 'not started (--hub)'}`,
      `  take down  npm run fleet -- down ${number}`,
      '',
    ].join('\n'),
  );
  return 0;
}

async function list(): Promise<number> {
  for (const fleet of await registered()) {
    const owner = readOwner(fleet);
    const by = owner?.keep === true ? 'by hand' : `by process ${owner?.pid}`;
    process.stdout.write(`Fleet ${fleet} (${by}): ${owner?.hosts.join(' ')}\n`);
  }
  return 0;
}

async function down(fleets: number[]): Promise<number> {
  const standing = await registered();
  const byHand = standing.filter(fleet => readOwner(fleet)?.keep === true);
  for (const fleet of fleets.length > 0 ? fleets : byHand) {
    if (standing.includes(fleet)) await releaseFleet(fleet);
    else process.stderr.write(`There is no fleet ${fleet}\n`);
  }
  return 0;
}

function enter(fleet: string, command: string[]): number {
  const argv = ['netns', 'exec', controllerNamespace(Number(fleet)), ...command];
  return spawnSync('ip', argv, { stdio: 'inherit' }).status ?? 1;
}

function sshConfigOf(fleet: string | undefined): string {
  return join(registryDir(Number(fleet)), 'ssh_config');
}

/** Everything after `run FLEET`, options of the command included. */
function rawCommand(): string[] {
  const { argv } = process;
  return argv.slice(argv.indexOf('run') + 2);
}
