// Prints what each way of a hostile server or hub costs the deployer at most: `hostile-main.ts [server|hub] [WORD…]`

import { pool } from '../../../deployer/lib/concurrency.ts';
import { table } from '../../../deployer/ui/text.ts';
import { HUB_COMMANDS, SERVER_COMMANDS } from '../../support/hostile/hostile-commands.ts';
import {
  API_KEY,
  type DeployRun,
  flaws,
  HostileFleet,
  type HostileHost,
} from '../../support/hostile/hostile-fleet.ts';
import { HUB_MODES, hostOf, startHostileHub } from '../../support/hostile/hub-modes.ts';
import { honestMode } from '../../support/hostile/server-mode.ts';
import { SERVER_MODES } from '../../support/hostile/server-modes.ts';
import { StandInHub } from '../../support/hub.ts';

/** Far more than any mode takes. */
const TIMEOUT_MS = 240_000;
/** Most of them wait for a time limit. */
const AT_ONCE = 12;

interface Case {
  readonly kind: 'server' | 'hub';
  readonly name: string;
  readonly command: string;
  run(): Promise<DeployRun>;
}

interface Ended {
  readonly case: Case;
  readonly seconds: number;
  /** Of processor time, in seconds. */
  readonly cpu: number;
  /** The most memory that it held, in megabytes. */
  readonly mb: number;
  readonly flaws: readonly string[];
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
const ended = await pool(chosen, AT_ONCE, async (each): Promise<Ended> => {
  const result = await each.run();
  const { seconds, usage } = result;
  const end = {
    case: each,
    seconds,
    cpu: usage?.cpu ?? 0,
    mb: usage?.memory ?? 0,
    flaws: flaws(result),
  };
  process.stderr.write(`${[each.kind, each.name, each.command, ...end.flaws].join(', ')}\n`);
  return end;
});
const runs = ended.flatMap(end => end ?? []);
const wrong = runs.filter(end => end.flaws.length > 0);
process.stdout.write(
  [
    table(
      ['OF A', 'WAY', 'RUNS', 'SECONDS', 'CPU S', 'MB', 'THE LONGEST'],
      [...Map.groupBy(runs, end => `${end.case.kind} ${end.case.name}`).values()].map(worst),
    ),
    ...wrong.map(
      ({ case: { kind, name, command }, flaws }) =>
        `${kind} ${name}, ${command}: ${flaws.join(', ')}\n`,
    ),
    `${runs.length} runs, ${wrong.length} with a flaw\n`,
  ].join('\n'),
);
process.exitCode = wrong.length === 0 ? 0 : 1;

/** The most that any command took with one way of behaving. */
function worst(runs: readonly Ended[]): string[] {
  const [longest] = runs.toSorted((a, b) => b.seconds - a.seconds);
  const most = (of: (run: Ended) => number): number => Math.max(...runs.map(of));
  return [
    longest?.case.kind ?? '',
    longest?.case.name ?? '',
    String(runs.length),
    most(run => run.seconds).toFixed(0),
    most(run => run.cpu).toFixed(1),
    most(run => run.mb).toFixed(0),
    longest?.case.command ?? '',
  ];
}
