import type { Metrics } from '../contract/heartbeat.ts';
import type { Host } from '../host/host.ts';

type Load = Pick<Metrics, 'load_1m' | 'load_5m' | 'load_15m'>;

/**
 *     0.21 0.37 0.39 1/719 19737
 *
 * Tasks that ran or waited, averaged over 1, 5 and 15 minutes; then running/all tasks and the last process id.
 * Throws an Error when the first three are not numbers.
 */
export function parse(text: string): Load {
  const found = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) /.exec(text);
  if (found === null) {
    throw new Error(
      `Expected three averages in /proc/loadavg, found ${JSON.stringify(text.slice(0, 80))}`,
    );
  }
  const [, one, five, fifteen] = found;
  return { load_1m: Number(one), load_5m: Number(five), load_15m: Number(fifteen) };
}

export function read(host: Host): Load {
  const text = host.read('proc/loadavg');
  if (text === null) throw new Error('Cannot read /proc/loadavg: not there');
  return parse(text);
}
