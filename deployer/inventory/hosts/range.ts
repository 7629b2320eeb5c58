import { MOST_HOSTS } from '../groups/group-graph.ts';
import { parseAddress } from './address.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/**
 * `nas-[01:03]` → nas-01, nas-02, nas-03; `db[a:c]-[1:2]` nests. Both ends are included, a third number is the step,
 * an empty begin is 0, and a leading zero asks for equal widths. Throws a RangeError that says what is wrong.
 */
function expandRanges(pattern: string): string[] {
  let names = [''];
  let rest = pattern;
  for (;;) {
    const open = rest.indexOf('[');
    if (open < 0) return names.map(name => name + rest);
    const close = rest.indexOf(']');
    if (close < open || pattern.includes('|')) {
      throw new RangeError(
        'Expected a range such as [1:3], found a bracket without its pair: close it',
      );
    }
    const head = rest.slice(0, open);
    const steps = expandRange(rest.slice(open + 1, close));
    if (names.length * steps.length > MOST_HOSTS)
      throw new RangeError(`Expected at most ${MOST_HOSTS} hosts`);
    names = names.flatMap(name => steps.map(step => name + head + step));
    rest = rest.slice(close + 1);
  }
}

/** The inside of one pair of brackets: `1:3`, `01:10:3`, `a:f`. */
function expandRange(range: string): string[] {
  const [begin = '', end = '', step = '1', ...more] = range.split(':');
  if (!range.includes(':') || more.length > 0) {
    throw new RangeError(
      `Expected a range such as [1:3] or [1:9:2], found [${range}]: write a colon between the ends`,
    );
  }
  if (end === '')
    throw new RangeError(
      `Expected a range with an end, found [${range}]: write both, such as [1:3]`,
    );
  const first = begin === '' ? '0' : begin;
  const width = /^0./.test(first) ? first.length : 0;
  if (width > 0 && end.length !== width) {
    throw new RangeError(`Expected both ends of the range equally long, found [${range}]`);
  }
  if (!/^[0-9]+$/.test(step) || Number(step) === 0) {
    throw new RangeError(`Expected a step of 1 or more, found [${range}]`);
  }
  const numbers = toNumbers(first, end, range);
  if ((numbers.to - numbers.from) / Number(step) > MOST_HOSTS) {
    throw new RangeError(`Expected at most ${MOST_HOSTS} hosts, found [${range}]`);
  }
  const steps: string[] = [];
  for (let n = numbers.from; n <= numbers.to; n += Number(step)) {
    steps.push(numbers.letters ? (LETTERS[n] ?? '') : String(n).padStart(width, '0'));
  }
  return steps;
}

function toNumbers(begin: string, end: string, range: string) {
  const from = begin.length === 1 ? LETTERS.indexOf(begin) : -1;
  const to = end.length === 1 ? LETTERS.indexOf(end) : -1;
  if (from >= 0 && to >= 0) {
    if (from > to) throw new RangeError(`Expected a range from low to high, found [${range}]`);
    return { from, to, letters: true };
  }
  if (!/^[0-9]+$/.test(begin) || !/^[0-9]+$/.test(end)) {
    throw new RangeError(`Expected a range of numbers or single letters, found [${range}]`);
  }
  if (Number(begin) > Number(end)) {
    throw new RangeError(
      `Expected a range from low to high, found [${range}], which names no host: write [${end}:${begin}]`,
    );
  }
  return { from: Number(begin), to: Number(end), letters: false };
}

/** The hosts that one key under `hosts:` names, and the port that follows the name. */
export interface HostEntry {
  readonly names: readonly string[];
  readonly port: number | undefined;
}

/** A key that is no address is used literally, as Ansible does. Throws a RangeError for a range that is none. */
export function expandHostKey(key: string): HostEntry {
  const { host, port } = parseAddress(key) ?? { host: key, port: undefined };
  return { names: expandRanges(host), port: port === 0 ? undefined : port };
}
