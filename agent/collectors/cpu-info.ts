import type { CpuInfo } from '../contract/heartbeat.ts';
import type { Host } from '../host/host.ts';

/** Cores that homelab boards have. 64-bit ARM kernels give numbers, and lscpu's table of names is not on every host. */
const armParts: Readonly<Record<string, string>> = {
  '0xb76': 'ARM1176',
  '0xc07': 'Cortex-A7',
  '0xc0f': 'Cortex-A15',
  '0xd03': 'Cortex-A53',
  '0xd04': 'Cortex-A35',
  '0xd05': 'Cortex-A55',
  '0xd07': 'Cortex-A57',
  '0xd08': 'Cortex-A72',
  '0xd09': 'Cortex-A73',
  '0xd0a': 'Cortex-A75',
  '0xd0b': 'Cortex-A76',
  '0xd0c': 'Neoverse-N1',
  '0xd40': 'Neoverse-V1',
  '0xd41': 'Cortex-A78',
  '0xd42': 'Cortex-A78AE',
  '0xd49': 'Neoverse-N2',
  '0xd4b': 'Cortex-A78C',
  '0xd4f': 'Neoverse-V2',
  '0xd80': 'Cortex-A520',
  '0xd81': 'Cortex-A720',
};

/**
 *     processor	: 0
 *     model name	: Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz
 *
 * and on 64-bit ARM, if there is no model name:
 *
 *     processor	: 0
 *     CPU implementer	: 0x41
 *     CPU part	: 0xd08
 *
 * Cores are those that the system schedules on, threads of one core counted each.
 */
export function parse(text: string): { model: string | null; cores: number } {
  const value = (key: string): string | null =>
    new RegExp(`^${key}\\s*: (.+)$`, 'm').exec(text)?.[1]?.trim() ?? null;
  const part = value('CPU implementer') === '0x41' ? value('CPU part') : null;
  return {
    model: value('model name') ?? (part === null ? null : (armParts[part] ?? null)),
    cores: text.match(/^processor\s*: \d+$/gm)?.length ?? 0,
  };
}

/**
 *     0-3,6
 *
 * A list of processors as /sys/devices/system/cpu/online has it.
 */
function parseRange(text: string): number {
  let count = 0;
  for (const [, first, last] of text.matchAll(/(\d+)(?:-(\d+))?/g)) {
    count += Number(last ?? first) - Number(first) + 1;
  }
  return count;
}

/** From files alone: what a recorded host has, and a live one where systeminformation does not know. */
export function read(host: Host): CpuInfo {
  const { model, cores } = parse(host.attribute('proc/cpuinfo') ?? '');
  // Under user-mode emulation /proc/cpuinfo and os.cpus() are both empty.
  const counted = cores || parseRange(host.attribute('sys/devices/system/cpu/online') ?? '');
  return {
    cpu_model: model?.slice(0, 255) ?? null,
    cpu_cores: counted >= 1 && counted <= 1024 ? counted : null,
  };
}
