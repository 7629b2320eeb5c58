import type { Host } from '../../host/host.ts';
import { type Finding, type Reading, together } from './finding.ts';

/**
 *     life_time     0x02 0x01   (used life of the two kinds of memory, in tenths; 0x0b is past its end, 0x00 unknown)
 *     pre_eol_info  0x01        (spare blocks: 0x01 normal, 0x02 80 % used, 0x03 90 % used, 0x00 unknown)
 *
 * The kernel read both when it found the chip: to ask for them wakes nothing.
 */
export function judge(disk: string, lifeTime: string | null, preEol: string | null): Finding[] {
  const used = Math.max(0, ...(lifeTime?.split(' ') ?? []).map(Number).filter(Number.isFinite));
  const spare = Number(preEol ?? 0);
  const about = { code: 'emmc-worn', subject: disk, devices: [disk] } as const;
  if (used >= 0x0b || spare === 3) {
    const why = used >= 0x0b ? 'its rated life is over' : 'it has used 90 % of its spare blocks';
    return [{ ...about, severity: 'fault', text: `eMMC ${disk} is worn out: ${why}` }];
  }
  if (used === 0x0a || spare === 2) {
    const why =
      spare === 2 ? 'it has used 80 % of its spare blocks' : 'over 90 % of its rated life is used';
    return [{ ...about, severity: 'warning', text: `eMMC ${disk} is nearly worn out: ${why}` }];
  }
  return [];
}

/** @param disks the names in /sys/block; SD cards have neither file */
export function read(host: Host, disks: readonly string[]): Reading {
  return together(
    disks
      .filter(disk => /^mmcblk\d+$/.test(disk))
      .map(disk => {
        const base = `sys/block/${disk}/device`;
        const lifeTime = host.attribute(`${base}/life_time`);
        const preEol = host.attribute(`${base}/pre_eol_info`);
        if (lifeTime === null && preEol === null) return { watched: [], findings: [] };
        return { watched: [`eMMC ${disk}`], findings: judge(disk, lifeTime, preEol) };
      }),
  );
}
