import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Played, play } from '../../ansible/playbook.ts';
import { Running } from '../../support/running.ts';
import type { Random } from '../random.ts';
import { nextAfter } from './interrupted-push.ts';
import type { Release } from './releases.ts';
import { claimOf, codeOf, type Report, reportOf } from './report.ts';
import { stateAtRest } from './server-state.ts';
import { pushArguments, type Server, type Servers } from './servers.ts';

/** Longer than a push, and than a run of site.yml. */
const PUSH_MS = 5_000;
const PLAY_MS = 12_000;
const IS_BUSY = /Another installation (?:is running|ended on this server meanwhile)/;

/** Two operators at once, of whom the second brings the same release or goes back to the old one. */
export async function secondPush(
  servers: Servers,
  brings: 'same' | 'old',
  random: Random,
): Promise<string> {
  return await servers.lend(false, async server => {
    const { live: old } = server;
    const wanted = nextAfter(old, servers);
    const others = brings === 'same' ? wanted : old;
    const first = begin(servers, server, wanted);
    await Promise.race([sleep(random.next() * PUSH_MS), first.ended]);
    const second = begin(servers, server, others);
    const reports = [
      { to: wanted, ...(await reportOf(first)) },
      { to: others, ...(await reportOf(second)) },
    ];
    const ended = await wholeRelease(server, [old, wanted]);
    for (const report of reports) checkBeside(report, ended, reports);
    await servers.converge(server, wanted);
    return reports.map(({ host }) => (isBusy(host?.reason) ? 'busy' : host?.outcome)).join('+');
  });
}

/** Ansible brings the release as well, or the old one, and a push begins meanwhile. */
export async function playBeside(
  servers: Servers,
  brings: 'same' | 'old',
  random: Random,
): Promise<string> {
  return await servers.lend(false, async server => {
    const { live: old } = server;
    const wanted = nextAfter(old, servers);
    const others = brings === 'same' ? wanted : old;
    const playing = play(servers.fleet, 'site.yml', [
      '-i',
      others.inventory,
      '-l',
      server.host.name,
    ]);
    await Promise.race([sleep(random.next() * PLAY_MS), playing]);
    const report = { to: wanted, ...(await reportOf(begin(servers, server, wanted))) };
    const played = await playing;
    const ended = await wholeRelease(server, [old, wanted]);
    const succeeded: Outcome[] = played.code === 0 ? [{ to: others, succeeded: true }] : [];
    checkBeside(report, ended, [...succeeded, report]);
    if (played.code !== 0) assert.match(played.output, IS_BUSY);
    await servers.converge(server, wanted);
    return [playWord(played), isBusy(report.host?.reason) ? 'busy' : report.host?.outcome].join(
      '+',
    );
  });
}

/** What one of those that work on a server at the same time brought, and whether it says that this is live. */
interface Outcome {
  readonly to: Release;
  readonly succeeded?: boolean;
  readonly host?: Report['host'];
}

function begin({ fleet }: Servers, { host }: Server, release: Release): Running {
  return new Running(fleet, 'push', '--json', ...pushArguments(host.name, release));
}

async function wholeRelease({ host }: Server, known: readonly Release[]): Promise<string> {
  const { version, problems } = await stateAtRest(host, known);
  assert.deepEqual(problems, []);
  return version;
}

/** What is reported to be live is, unless another one that succeeded replaced it. */
function checkBeside(
  { to, code, host }: Report & { to: Release },
  ended: string,
  all: readonly Outcome[],
): void {
  assert.ok(host !== null, `It ended with ${code} and no report`);
  const found = `${host.outcome}: ${host.reason}; ${ended} is live`;
  assert.equal(code, codeOf(host), found);
  const succeeded = all.filter(
    one => one.succeeded === true || (one.host != null && claimOf(one.host) === 'new'),
  );
  if (claimOf(host) === 'new') {
    assert.ok(
      succeeded.some(one => one.to.version === ended),
      found,
    );
  } else if (!succeeded.some(one => one.to === to)) {
    assert.notEqual(ended, to.version, found);
  }
}

function isBusy(reason: string | null | undefined): boolean {
  return IS_BUSY.test(reason ?? '');
}

function playWord({ code, output }: Played): string {
  if (IS_BUSY.test(output)) return 'busy';
  return code === 0 ? 'played' : 'failed';
}
