import { counted, spanText } from '../../agent/contract/amounts.ts';
import type { Figures } from '../../agent/contract/status.ts';
import { warningLine } from '../../agent/contract/warnings.ts';
import type { HubView } from '../hub/hub-view.ts';
import { secondsSince } from '../run/agent-state.ts';
import { byUrgency, type ServerState } from '../run/server-state.ts';
import { type Cell, type Colour, type Paint, table, textOf } from './text.ts';

interface Column {
  readonly head: string;
  readonly cell: (server: ServerState) => Cell;
  /** Columns are left out where the terminal is narrow, the highest number first; 0 never. */
  readonly leaveOut: number;
}

const COLUMNS: readonly Column[] = [
  { head: 'SERVER', cell: ({ host }) => host, leaveOut: 0 },
  { head: 'AGENT', cell: ({ state }) => paintedState(state), leaveOut: 0 },
  { head: 'RELEASE', cell: release, leaveOut: 0 },
  { head: 'LAST BEAT', cell: lastBeat, leaveOut: 0 },
  { head: 'HUB', cell: ({ hub }) => hubWords(hub), leaveOut: 1 },
  { head: 'CPU', cell: server => percent(server, 'cpu_percent', 101), leaveOut: 3 },
  { head: 'MEM', cell: server => percent(server, 'memory_percent', 90), leaveOut: 2 },
  { head: 'DISK', cell: server => percent(server, 'disk_percent', 90), leaveOut: 0 },
  { head: 'UPDATES', cell: updates, leaveOut: 0 },
  { head: 'LOAD', cell: ({ figures }) => figures?.load_1m?.toFixed(2) ?? '-', leaveOut: 4 },
  { head: 'UP', cell: ({ figures }) => span(figures?.uptime_seconds), leaveOut: 5 },
  { head: 'RUNS FOR', cell: runsFor, leaveOut: 6 },
];

/**
 * A line a server, those that need attention first, with as many columns as fit into `width`; then what is wrong with
 * each, and the totals.
 */
export function statusTable(
  servers: readonly ServerState[],
  { width, paint }: { width: number; paint: Paint },
): string {
  const sorted = byUrgency(servers);
  const text = fitted(sorted, width, paint);
  const notes = grouped(sorted, paint);
  return [text, ...(notes.length === 0 ? [] : [`${notes.join('\n')}\n`]), totals(sorted)].join(
    '\n',
  );
}

function fitted(servers: readonly ServerState[], width: number, paint: Paint): string {
  const rows = servers.map(server => COLUMNS.map(({ cell }) => cell(server)));
  const widths = COLUMNS.map(({ head }, at) =>
    Math.max(head.length, ...rows.map(row => textOf(row[at]).length)),
  );
  let shown = COLUMNS.map((_, at) => at);
  const needed = (): number => shown.reduce((sum, at) => sum + (widths[at] ?? 0) + 2, -2);
  for (let rank = COLUMNS.length; rank > 0 && needed() > width; rank--) {
    shown = shown.filter(at => COLUMNS[at]?.leaveOut !== rank);
  }
  return table(
    shown.map(at => COLUMNS[at]?.head ?? ''),
    rows.map(row => shown.map(at => row[at] ?? '')),
    paint,
  );
}

const COLOURS: Readonly<Record<string, Colour>> = {
  beating: 'green',
  starting: 'yellow',
  restarting: 'yellow',
  unreachable: 'magenta',
  'not installed': 'dim',
};

function paintedState(state: string): Cell {
  return { text: state, colour: COLOURS[state] ?? 'red' };
}

/** A star marks a server that a push would change. */
function release({ release: name, behind }: ServerState): Cell {
  if (name === null) return '-';
  return behind ? { text: `${name} *`, colour: 'yellow' } : name;
}

function lastBeat({ status, time }: ServerState): string {
  return status?.last_success ? `${span(secondsSince(status.last_success, time))} ago` : '-';
}

function runsFor({ status, time }: ServerState): string {
  return status === null ? '-' : span(secondsSince(status.started, time));
}

function span(seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? '-' : spanText(seconds);
}

function percent(
  { figures }: ServerState,
  name: 'cpu_percent' | 'memory_percent' | 'disk_percent',
  high: number,
): Cell {
  const value = figures?.[name];
  if (value === null || value === undefined) return '-';
  const text = `${Math.round(value)} %`.padStart(4);
  return value >= high ? { text, colour: 'red' } : text;
}

/** `12`, of which security updates: `12 (3 sec)`; a reboot that is due is part of the same work. */
function updates({ figures }: ServerState): Cell {
  const all = figures?.updates ?? null;
  if (all === null) return '-';
  const security = figures?.security_updates ?? 0;
  const text = security > 0 ? `${all} (${security} sec)` : String(all);
  const reboot = figures?.reboot_required === true ? ' reboot' : '';
  const colour = security > 0 || reboot !== '' ? 'yellow' : null;
  return colour === null ? text : { text: `${text}${reboot}`, colour };
}

/** The cell of the HUB column. */
function hubWords(view: HubView | undefined): string {
  if (view === undefined || view.kind === 'unknown') return 'not known';
  if (view.kind === 'trouble' && view.cause === undefined) return 'not asked';
  if (view.kind === 'trouble') return view.answered ? 'refuses' : 'no answer';
  return view.server.is_inactive ? 'inactive' : view.server.status;
}

/** What is wrong, once for all servers of which it is true. */
function grouped(servers: readonly ServerState[], paint: Paint): string[] {
  const hosts = new Map<string, string[]>();
  for (const server of servers) {
    for (const note of notesOf(server, paint)) {
      hosts.set(note, [...(hosts.get(note) ?? []), server.host]);
    }
  }
  return [...hosts].map(([note, names]) => `${names.join(', ')}: ${note}`);
}

function notesOf({ error, olderNode, warnings }: ServerState, paint: Paint): string[] {
  return [
    ...(error === null ? [] : [paint('red', error)]),
    ...(olderNode === null ? [] : [`Runs Node ${olderNode}; a push updates it`]),
    ...warnings.map(warning => paint('yellow', warningLine(warning))),
  ];
}

function totals(servers: readonly ServerState[]): string {
  const states = new Map<string, number>();
  for (const { state } of servers) states.set(state, (states.get(state) ?? 0) + 1);
  const sum = (name: keyof Figures): number =>
    servers.reduce((total, { figures }) => total + Number(figures?.[name] ?? 0), 0);
  const [all, security] = [sum('updates'), sum('security_updates')];
  const behind = servers.filter(server => server.behind).length;
  return [
    `${counted(servers.length, 'server')}: ${[...states].map(([state, count]) => `${count} ${state}`).join(', ')}`,
    ...(all > 0 ? [updatesText(all, security)] : []),
    ...(behind === 1 ? ['* 1 differs from the inventory, "push" changes it'] : []),
    ...(behind > 1 ? [`* ${behind} differ from the inventory, "push" changes them`] : []),
  ]
    .join('; ')
    .concat('\n');
}

function updatesText(all: number, security: number): string {
  if (all === security) return counted(all, 'security update');
  return all === 1 ? '1 update' : `${all} updates, ${security} of them security`;
}
