import { relative } from 'node:path';
import { UserError } from '../lib/errors.ts';

/** One thing to fix in the inventory. The message says what was expected and what was found, never a secret. */
export interface InventoryProblem {
  /** Where to fix it; absent only if it is in no file, such as a wrong option. */
  readonly at?: Position | undefined;
  /** The variable or section, such as `homelab_agent_hub_url`. */
  readonly key?: string | undefined;
  readonly message: string;
  /** The hosts that it concerns, if it concerns hosts. */
  readonly hosts?: readonly string[] | undefined;
}

/** The inventory, its variables or its secrets cannot be used; `problems` holds all that was found, in file order. */
export class InventoryError extends UserError {
  override name = 'InventoryError';
  readonly problems: readonly InventoryProblem[];

  constructor(problems: readonly InventoryProblem[], options?: ErrorOptions) {
    super(problems.map(showProblem).join('\n'), options);
    this.problems = problems;
  }
}

/** An error for one problem at one place. */
export function inventoryError(
  at: Position | undefined,
  message: string,
  key?: string,
): InventoryError {
  return new InventoryError([key === undefined ? { at, message } : { at, key, message }]);
}

/** `inventory.yaml:12:7: homelab_agent_hub_url: Expected …, found … (nas-1, nas-2 and 9 more)` */
function showProblem({ at, key, message, hosts }: InventoryProblem): string {
  const place = at === undefined ? '' : `${showPosition(at)}: `;
  const name = key === undefined ? '' : `${key}: `;
  return `${place}${name}${message}${hosts === undefined ? '' : ` (${showHosts(hosts)})`}`;
}

function showHosts(hosts: readonly string[]): string {
  if (hosts.length <= 3) return hosts.join(', ');
  return `${hosts.slice(0, 2).join(', ')} and ${hosts.length - 2} more`;
}

/**
 * The problems of several hosts as one list: a wrong group variable of eleven hosts is reported once,
 * with its hosts; sorted by file, line and column, with those that have no place first.
 */
export function mergeProblems(
  perHost: Iterable<readonly [host: string, problems: readonly InventoryProblem[]]>,
): InventoryProblem[] {
  const merged = new Map<string, { problem: InventoryProblem; hosts: string[] }>();
  for (const [host, problems] of perHost) {
    for (const problem of problems) {
      const id = showProblem({ ...problem, hosts: undefined });
      const known = merged.get(id);
      if (known === undefined) merged.set(id, { problem, hosts: [host] });
      else if (!known.hosts.includes(host)) known.hosts.push(host);
    }
  }
  return [...merged.values()]
    .map(({ problem, hosts }) => ({ ...problem, hosts }))
    .sort((a, b) => comparePlaces(a.at, b.at));
}

function comparePlaces(a: Position | undefined, b: Position | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** A place in a file as editors count: line and column start at 1. */
export interface Position {
  /** As it is shown to the person: relative to where the command was started, if that is shorter. */
  readonly file: string;
  /** 0 for what stands in no file: an environment variable, an option, an answer of `ansible-inventory`. */
  readonly line: number;
  readonly column: number;
}

/** `inventory.yaml:12:7` */
export function showPosition(at: Position): string {
  return at.line === 0 ? at.file : `${at.file}:${at.line}:${at.column}`;
}

/** How messages name a path: relative if that is shorter. */
export function showPath(cwd: string, path: string): string {
  const near = relative(cwd, path);
  return near === '' || near.startsWith('../../') || near.length > path.length ? path : near;
}
