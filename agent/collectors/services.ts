import type { Service } from '../contract/heartbeat.ts';
import type { Command } from '../host/command.ts';
import type { Host } from '../host/host.ts';
import { percentOf } from '../lib/percent-of.ts';
import type { Warn } from './collector-run.ts';
import { sign, type Usage, usage, usageOf } from './service-signs.ts';
import { status } from './service-status.ts';
import { figure, match, parse, properties, type Unit } from './systemctl.ts';

const timeoutMs = 10_000;

/** systemd itself is asked at least this often, even if nothing seems to have changed. */
const askEverySeconds = 300;

interface Known {
  unit: Unit | undefined;
  sign: string | null;
  cpuSeconds: number | null;
}

/**
 * The monitored services, by one `systemctl show` for all of them. While all run and show no sign of a change, their
 * figures come from their control groups and no process is started.
 */
export class Services {
  readonly #host: Host;
  readonly #command: Command;
  #known = new Map<string, Known>();
  #at: number | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Of the units that waited at the last question. */
  #triggers: ReadonlySet<string> = new Set();

  constructor(deps: { host: Host; command: Command }) {
    this.#host = deps.host;
    this.#command = deps.command;
  }

  /**
   * Throws an Error when systemctl cannot be run or does not answer.
   * @param at seconds since boot
   * @param cores processors that the host may use, what 100 % of its time is
   */
  async read(warn: Warn, names: readonly string[], at: number, cores: number): Promise<Service[]> {
    const earlier = this.#known;
    const elapsed = this.#at === null ? 0 : at - this.#at;
    const now = this.#quick(names, at) ?? (await this.#ask(names, at));
    const services: Service[] = [];
    for (const name of names) {
      const { unit, used, triggers } = now.get(name) ?? {};
      const then = earlier.get(name);
      const before = then === undefined ? null : figure(then.unit?.['NRestarts']);
      const state = status(unit, before, triggers);
      if (state.status === 'unknown') {
        warn('service-unknown', `Service ${name} is unknown: ${state.status_reason}`, name);
      }
      const running = state.status === 'running';
      services.push({
        name,
        ...state,
        pid: running ? figure(unit?.['MainPID']) || null : null,
        memory_mb: running ? mebibytes(used?.memoryBytes ?? null) : null,
        cpu_percent: running
          ? share(then?.cpuSeconds ?? null, used?.cpuSeconds ?? null, elapsed * cores)
          : null,
      });
      this.#known.set(name, {
        unit,
        sign: running && unit !== undefined ? sign(this.#host, unit) : null,
        cpuSeconds: used?.cpuSeconds ?? null,
      });
    }
    this.#at = at;
    return services;
  }

  /** Everything without asking systemd, or null when something may have changed. */
  #quick(names: readonly string[], at: number): Map<string, SystemctlAnswer> | null {
    if (at - this.#askedAt >= askEverySeconds || at < this.#askedAt) return null;
    const answers = new Map<string, SystemctlAnswer>();
    for (const name of names) {
      const known = this.#known.get(name);
      if (known?.unit === undefined || known.sign === null) return null;
      if (sign(this.#host, known.unit) !== known.sign) return null;
      const used = usage(this.#host, known.unit);
      if (used === null) return null;
      answers.set(name, { unit: known.unit, used, triggers: [] });
    }
    return answers;
  }

  async #ask(names: readonly string[], at: number): Promise<Map<string, SystemctlAnswer>> {
    // A pattern would be answered with every unit that it fits.
    const askable = names.filter(name => !/[*?[\]]/.test(name));
    const answers = new Map<string, SystemctlAnswer>();
    if (askable.length === 0) return answers;
    // The triggers of the last time, so that one process answers for both.
    const known = [...this.#triggers].filter(name => !askable.includes(name));
    const units = await this.#show([...askable, ...known]);
    const idle = askable.flatMap(name => triggersOf(units.get(name)));
    const unseen = idle.filter(name => !units.has(name));
    if (unseen.length > 0) {
      for (const [name, unit] of await this.#show(unseen)) units.set(name, unit);
    }
    this.#triggers = new Set(idle);
    for (const name of askable) {
      const unit = units.get(name);
      if (unit === undefined) continue;
      const triggers = triggersOf(unit).filter(
        each => units.get(each)?.['ActiveState'] === 'active',
      );
      answers.set(name, { unit, used: usageOf(unit), triggers });
    }
    this.#askedAt = at;
    return answers;
  }

  async #show(names: readonly string[]): Promise<Map<string, Unit>> {
    const args = ['show', '--no-pager', `--property=${properties.join(',')}`, '--', ...names];
    const { code, stdout, stderr } = await this.#command.run('systemctl', args, { timeoutMs });
    const units = parse(stdout);
    if (units.length === 0) {
      throw new Error(
        `Cannot ask systemd: systemctl ended with ${code}: ${stderr.trim().slice(0, 200)}`,
      );
    }
    const answers = new Map<string, Unit>();
    match(names, units).forEach((unit, index) => {
      const name = names[index];
      if (name !== undefined && unit !== undefined) answers.set(name, unit);
    });
    return answers;
  }
}

/** What would start a unit that waits, or will when it has stopped; of one that runs or failed they do not matter. */
function triggersOf(unit: Unit | undefined): string[] {
  if (!['inactive', 'deactivating'].includes(unit?.['ActiveState'] ?? '')) return [];
  return (unit?.['TriggeredBy'] ?? '').split(' ').filter(Boolean);
}

interface SystemctlAnswer {
  unit: Unit;
  used: Usage;
  /** Those that start it and are active; of a unit that runs none. */
  triggers: string[];
}

function mebibytes(bytes: number | null): number | null {
  return bytes === null ? null : Math.round((bytes / 2 ** 20) * 10) / 10;
}

/** Percentage of the whole host, within 0 and 100: the hub refuses a beat with more. */
function share(
  before: number | null,
  after: number | null,
  capacitySeconds: number,
): number | null {
  if (before === null || after === null || after < before || !(capacitySeconds > 0)) return null;
  return percentOf(after - before, capacitySeconds);
}
