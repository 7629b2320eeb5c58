import { type Warning, warningLine } from '../../agent/contract/warnings.ts';
import type { HubView } from '../hub/hub-view.ts';
import type { Facts } from '../plan/facts.ts';
import { agentState, olderRuntime, secondsSince } from '../run/agent-state.ts';
import type { HostAnswer } from '../run/ask-hosts.ts';
import { ago, type Colour, type Paint, table } from './text.ts';

const HEAD = ['SERVER', 'AGENT', 'RELEASE', 'RUNS FOR', 'LAST BEAT', 'HUB', 'LAST ERROR'];

const COLOURS: Readonly<Record<string, Colour>> = {
  beating: 'green',
  starting: 'yellow',
  restarting: 'yellow',
  unreachable: 'magenta',
  'not installed': 'dim',
};

/**
 * One aligned line a server, then the agents' warnings; a runtime that is older than `nodeVersion` is named behind the
 * release.
 */
export function statusTable(
  answers: readonly HostAnswer<Facts>[],
  views: ReadonlyMap<string, HubView>,
  nodeVersion: string,
  paint: Paint,
): string {
  const text = table(
    HEAD,
    answers.map(answer => row(answer, hubWords(views.get(answer.host)), nodeVersion)),
  );
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const painted = lines.map((line, at) => {
    const word = answers[at] === undefined ? '' : stateOf(answers[at]);
    // The word is painted in its place, after the columns are laid, so that colours do not shift them.
    const place = line.indexOf(word, answers[at]?.host.length ?? 0);
    const colour = COLOURS[word] ?? 'red';
    return `${line.slice(0, place)}${paint(colour, word)}${line.slice(place + word.length)}`;
  });
  return `${[paint('bold', head), ...painted, ...warnings(answers, paint)].join('\n')}\n`;
}

function warnings(answers: readonly HostAnswer<Facts>[], paint: Paint): string[] {
  const width = Math.max(...answers.map(({ host }) => host.length));
  const lines = answers.flatMap(answer =>
    warningsOf(answer).map(each => {
      return `${answer.host.padEnd(width)}  ${paint('yellow', warningLine(each))}`;
    }),
  );
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Those of an agent that does not run are old. */
function warningsOf(answer: HostAnswer<Facts>): readonly Warning[] {
  const runs = answer.kind === 'answer' && answer.value.service.active === 'active';
  return runs ? (answer.value.status?.warnings ?? []) : [];
}

/** The one document of `status --json`. */
export function statusReport(
  answers: readonly HostAnswer<Facts>[],
  views: ReadonlyMap<string, HubView>,
  exitCode: number,
): string {
  const hosts = answers.map(answer => {
    const { host } = answer;
    const view = views.get(host);
    const hub = view?.kind === 'known' ? view.server : null;
    if (answer.kind === 'error') {
      return { host, state: answer.outcome, reason: answer.reason, hub };
    }
    const facts = answer.value;
    const { current, previous, service, status } = facts;
    return {
      host,
      state: agentState(facts),
      release: current,
      runtime: facts.currentRuntime,
      previous,
      service: service.active,
      enabled: service.enabled === 'enabled',
      pid: service.mainPid,
      restarts: service.restarts,
      agent: status,
      hub,
    };
  });
  return `${JSON.stringify({ command: 'status', exit_code: exitCode, hosts }, null, 2)}\n`;
}

/** 1 a server that cannot be asked or whose agent does not work, 3 only unreachable ones, 0 otherwise. */
export function statusExitCode(
  answers: readonly HostAnswer<Facts>[],
  optional: ReadonlySet<string>,
): number {
  const well = new Set(['beating', 'starting', 'unreachable']);
  if (answers.some(answer => !well.has(stateOf(answer)))) return 1;
  const away = answers.filter(answer => stateOf(answer) === 'unreachable');
  return away.some(({ host }) => !optional.has(host)) ? 3 : 0;
}

function stateOf(answer: HostAnswer<Facts>): string {
  return answer.kind === 'error' ? answer.outcome : agentState(answer.value);
}

/** The cell of the HUB column. */
function hubWords(view: HubView | undefined): string {
  if (view === undefined || view.kind === 'unknown') return 'not known';
  if (view.kind === 'trouble' && view.cause === undefined) return 'not asked';
  if (view.kind === 'trouble') return view.answered ? 'refuses' : 'no answer';
  return view.server.is_inactive ? 'inactive' : view.server.status;
}

function row(answer: HostAnswer<Facts>, hub: string, nodeVersion: string): string[] {
  const state = stateOf(answer);
  if (answer.kind === 'error') {
    return [answer.host, state, '-', '-', '-', hub, answer.reason.split('\n')[0] ?? ''];
  }
  const { current, status, time, service, formerAgent } = answer.value;
  const since = (timestamp: string | null | undefined): string =>
    timestamp ? ago(secondsSince(timestamp, time)) : '-';
  const runs = service.active === 'active';
  const older = olderRuntime(answer.value, nodeVersion);
  const error = current === null && formerAgent ? 'another agent is in place' : null;
  return [
    answer.host,
    state,
    older === null ? (current ?? '-') : `${current} (Node ${older})`,
    runs ? since(status?.started) : '-',
    runs && status?.last_success ? `${since(status.last_success)} ago` : '-',
    hub,
    error ?? (runs ? (status?.last_error ?? '') : ''),
  ];
}
