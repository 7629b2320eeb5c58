// Prints what each way of a hostile server, and of a hostile hub, costs the deployer: `hostile-main.ts [server|hub] [WORD…]`

import { HUB_COMMANDS, SERVER_COMMANDS } from '../../support/hostile/hostile-commands.ts';
import {
  API_KEY,
  type DeployRun,
  flaws,
  HostileFleet,
  type HostileHost,
} from '../../support/hostile/hostile-fleet.ts';
import { HUB_MODES, hostOf, startHostileHub } from '../../support/hostile/hub-modes.ts';
import { honestMode, SERVER_MODES } from '../../support/hostile/server-modes.ts';
import { StandInHub } from '../../support/hub.ts';

/** Far more than any mode takes. */
const TIMEOUT_MS = 240_000;

interface Case {
  readonly kind: 'server' | 'hub';
  readonly name: string;
  readonly command: string;
  run(): Promise<DeployRun>;
}

function cases(): Case[] {
  const servers = Object.entries(SERVER_MODES).flatMap(([name, mode]) =>
    Object.entries(SERVER_COMMANDS).map(
      ([command, args]): Case => ({
        ...{ kind: 'server', name, command },
        async run() {
          await using hub = await new StandInHub({ apiKey: API_KEY }).start();
          return await runOn({ hostile: { mode } }, hub.url, args);
        },
      }),
    ),
  );
  const hubs = Object.entries(HUB_MODES).flatMap(([name, mode]) =>
    Object.entries(HUB_COMMANDS).map(
      ([command, args]): Case => ({
        ...{ kind: 'hub', name, command },
        async run() {
          await using hub = await startHostileHub(mode);
          return await runOn({ [hostOf(name)]: { mode: honestMode() } }, hub.url, args);
        },
      }),
    ),
  );
  return [...servers, ...hubs];
}

async function runOn(
  hosts: Readonly<Record<string, HostileHost>>,
  hubUrl: string,
  args: readonly string[],
): Promise<DeployRun> {
  await using fleet = await HostileFleet.start(
    { ...hosts, 'honest-1': { mode: honestMode() } },
    hubUrl,
  );
  return await fleet.run(args, { timeoutMs: TIMEOUT_MS });
}

const words = process.argv.slice(2).filter(word => word !== 'hostile');
const chosen = cases().filter(each =>
  words.every(word => `${each.kind} ${each.name} ${each.command}`.includes(word)),
);
let wrong = 0;
process.stdout.write(`${'what'.padEnd(42)} ${'command'.padEnd(20)} exit seconds    cpu     MB\n`);
for (const { name, command, run } of chosen) {
  const result = await run();
  const { code, seconds, usage } = result;
  const found = flaws(result);
  wrong += found.length === 0 ? 0 : 1;
  const figures = [String(code ?? '-').padStart(4), seconds.toFixed(1).padStart(7)];
  const used = [usage?.cpu.toFixed(1) ?? '-', usage?.memory.toFixed(0) ?? '-'];
  const cells = [
    name.padEnd(42),
    command.padEnd(20),
    ...figures,
    ...used.map(text => text.padStart(6)),
  ];
  process.stdout.write(`${[...cells, found.join(', ')].join(' ').trimEnd()}\n`);
}
process.stdout.write(`${chosen.length} runs, ${wrong} with a flaw\n`);
process.exitCode = wrong === 0 ? 0 : 1;
