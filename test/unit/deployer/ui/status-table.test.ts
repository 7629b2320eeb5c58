import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HubView } from '../../../../deployer/hub/hub-view.ts';
import { parseFacts } from '../../../../deployer/plan/parse-facts.ts';
import type { HostAnswer } from '../../../../deployer/run/ask-hosts.ts';
import {
  type Observed,
  type ServerState,
  serverState,
  statusExitCode,
} from '../../../../deployer/run/server-state.ts';
import { statusReport } from '../../../../deployer/ui/status-report.ts';
import { statusTable } from '../../../../deployer/ui/status-table.ts';
import { liveAnswer, NODE } from '../run/fake-server.ts';

const paint = (_: string, text: string) => text;
const unknown: HubView = { kind: 'unknown' };

interface Over {
  readonly active?: string;
  readonly behind?: boolean;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** A server that beat two minutes ago by its own clock. */
function server(host: string, { active = 'active', behind = false, status = {} }: Over = {}) {
  const text = liveAnswer('0.1.0-aaaaaaaa', 'c', {
    figures: {
      cpu_percent: 3.4,
      memory_percent: 95.2,
      disk_percent: 61.5,
      load_1m: 0.51,
      uptime_seconds: 300_000,
      updates: 12,
      security_updates: 3,
      reboot_required: true,
    },
    ...status,
  }).replace(/^time=\d+$/m, 'time=1767226320');
  const facts = parseFacts(text);
  const value = { facts: { ...facts, service: { ...facts.service, active } }, behind };
  return serverState({ kind: 'answer', host, value }, unknown, NODE);
}

function away(host: string): ServerState {
  const answer: HostAnswer<Observed> = {
    kind: 'error',
    host,
    error: null,
    outcome: 'unreachable',
    reason: 'No route to pi-1\nmore',
  };
  return serverState(answer, unknown, NODE);
}

test('statusTable() shows figures, updates and age, names what is wrong below, and sums up', () => {
  assert.equal(
    statusTable([server('nas-1'), away('pi-1')], { width: 200, paint }),
    `SERVER  AGENT        RELEASE         LAST BEAT  HUB        CPU   MEM   DISK  UPDATES            LOAD  UP   RUNS FOR
pi-1    unreachable  -               -          not known  -     -     -     -                  -     -    -
nas-1   beating      0.1.0-aaaaaaaa  2 min ago  not known   3 %  95 %  62 %  12 (3 sec) reboot  0.51  3 d  12 min

pi-1: No route to pi-1

2 servers: 1 unreachable, 1 beating; 12 updates, 3 of them security
`,
  );
});

test('statusTable() leaves columns out until it fits', () => {
  const heads = (width: number): string =>
    statusTable([server('nas-1')], { width, paint }).split('\n')[0] ?? '';
  assert.match(heads(120), /UPDATES +LOAD +UP +RUNS FOR$/);
  assert.match(heads(100), / HUB +CPU +MEM +DISK +UPDATES +LOAD$/);
  assert.match(heads(80), /LAST BEAT +HUB +DISK +UPDATES$/);
  const lines = statusTable([server('nas-1')], { width: 80, paint }).split('\n');
  assert.ok(lines.every(({ length }) => length <= 80));
});

test('statusTable() shows first what needs attention, and names the warnings below the servers (pitfall 49)', () => {
  const warnings = [{ code: 'apt-lists-old', text: 'Package lists are old' }];
  const text = statusTable(
    [
      server('well'),
      server('behind', { behind: true }),
      server('warns', { status: { warnings } }),
      server('too', { status: { warnings } }),
      away('away'),
      server('stopped', { active: 'inactive', status: { warnings } }),
    ],
    { width: 80, paint },
  );
  const names = text.split('\n').slice(1, 7);
  assert.deepEqual(
    names.map(line => line.split(' ')[0]),
    ['stopped', 'away', 'warns', 'too', 'behind', 'well'],
  );
  assert.match(text, /^behind +beating +0\.1\.0-aaaaaaaa \* /m);
  assert.match(text, /^warns, too: Warning apt-lists-old: Package lists are old$/m);
  assert.doesNotMatch(text, /^stopped: Warning/m);
  assert.match(text, /^stopped: Does not run: "push" starts it, "logs" has what it said last$/m);
  assert.match(text, /; \* 1 differs from the inventory, "push" changes it$/m);
});

test('statusExitCode() follows the worst: broken 1, unreachable 3, only warnings 4', () => {
  const warns = server('warns', { status: { warnings: [{ code: 'a', text: 'b' }] } });
  const none = new Set<string>();
  assert.equal(statusExitCode([server('a')], none), 0);
  assert.equal(statusExitCode([server('a'), warns], none), 4);
  assert.equal(statusExitCode([warns, away('pi-1')], none), 3);
  assert.equal(statusExitCode([warns, away('pi-1')], new Set(['pi-1'])), 4);
  assert.equal(statusExitCode([away('pi-1'), server('a', { active: 'failed' })], none), 1);
});

test('statusReport() has the state, the figures and the warnings with their codes', () => {
  const warnings = [{ code: 'apt-lists-old', text: 'One' }];
  const one = server('nas-1', { behind: true, status: { warnings } });
  assert.partialDeepStrictEqual(JSON.parse(statusReport([one, away('pi-1')], 3)), {
    command: 'status',
    exit_code: 3,
    hosts: [
      {
        host: 'nas-1',
        state: 'beating',
        behind: true,
        agent: { warnings, figures: { updates: 12 } },
      },
      { host: 'pi-1', state: 'unreachable', reason: 'No route to pi-1\nmore' },
    ],
  });
});
