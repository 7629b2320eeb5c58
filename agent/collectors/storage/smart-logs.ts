import { counted } from '../../contract/amounts.ts';
import type { Host } from '../../host/host.ts';
import { type Finding, type Reading, together } from './finding.ts';

const directory = 'var/lib/smartmontools';

/** smartd writes every half hour. An older log is that of a disk which was removed, or which has slept since. */
const staleMs = 7 * 24 * 3_600_000;
/** A line has some 30 attributes of some 15 characters. */
const tailBytes = 4096;

/**
 *     2026-11-26 10:14:29;→1;117;162843536;→5;100;0;→187;100;0;→197;100;8;→198;100;8;
 *
 * Time, then number, normalized and raw value of each attribute, each after a tab (here →). Raw values by number; those
 * beyond 32 bits are several figures in one, which only the maker can take apart.
 */
export function parse(line: string): ReadonlyMap<number, number> {
  const attributes = [...line.matchAll(/\t(\d+);\d+;(\d+);/g)];
  return new Map(
    attributes
      .map(([, number, raw]) => [Number(number), Number(raw)] as const)
      .filter(([, raw]) => raw < 2 ** 32),
  );
}

/** Sectors that the disk cannot read now are a fault; those that it has replaced or given up on are a warning. */
export function judge(disk: string, attributes: ReadonlyMap<number, number>): Finding[] {
  const of = (number: number): number => attributes.get(number) ?? 0;
  const about = { code: 'smart-sectors', subject: disk } as const;
  const [replaced, unread, pending, lost] = [of(5), of(187), of(197), of(198)];
  if (pending > 0) {
    const text = `Disk ${disk} has ${counted(pending, 'sector')} that it cannot read (197): copy its data, replace it`;
    return [{ ...about, severity: 'fault', text }];
  }
  const counts = [
    ...(replaced > 0 ? [`${counted(replaced, 'replaced sector')} (5)`] : []),
    ...(unread > 0 ? [`${counted(unread, 'uncorrectable error')} (187)`] : []),
    ...(lost > 0 ? [`${counted(lost, 'unreadable sector')} at its last test (198)`] : []),
  ];
  if (counts.length === 0) return [];
  return [{ ...about, severity: 'warning', text: `Disk ${disk} has ${counts.join(', ')}` }];
}

/** What smartd wrote of each disk, where it runs and its logs may be read: the agent itself asks no disk. */
export class SmartLogs {
  readonly #host: Host;
  #modified: number | null = null;
  #files: readonly string[] = [];
  readonly #readings = new Map<string, { modified: number | null; reading: Reading }>();

  constructor(host: Host) {
    this.#host = host;
  }

  read(now: Date): Reading {
    // Most servers have none; a failed reading would be an error object in each beat.
    if (!this.#host.exists(directory)) return { watched: [], findings: [] };
    const modified = this.#host.modified(directory);
    if (modified === null || modified !== this.#modified) {
      this.#modified = modified;
      this.#files = this.#host.list(directory).filter(name => /^attrlog\..+\.ata\.csv$/.test(name));
      this.#readings.clear();
    }
    return together(this.#files.map(file => this.#one(file, now)));
  }

  #one(file: string, now: Date): Reading {
    const path = `${directory}/${file}`;
    const modified = this.#host.modified(path);
    if (modified !== null && now.getTime() - modified > staleMs) {
      return { watched: [], findings: [] };
    }
    const known = this.#readings.get(file);
    if (known !== undefined && modified !== null && known.modified === modified)
      return known.reading;
    const line = (this.#host.tail(path, tailBytes) ?? '').trimEnd().split('\n').at(-1) ?? '';
    const disk = file.replace(/^attrlog\.|\.ata\.csv$/g, '').replaceAll('_', ' ');
    const reading = { watched: [`SMART ${disk}`], findings: judge(disk, parse(line)) };
    this.#readings.set(file, { modified, reading });
    return reading;
  }
}
