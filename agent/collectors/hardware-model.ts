import type { Host } from '../host/host.ts';

/** Placeholders that makers leave in the firmware. */
const placeholder =
  /^(?:to be filled|default string|system (?:product|manufacturer)|o\.e\.m|oem invalid|none$|not specified|not applicable)/i;

/**
 * Name of the machine: a board's device tree (`Raspberry Pi 4 Model B Rev 1.4`, ended by a NUL), else maker and product
 * from the firmware (`LENOVO 10MQS0DN00`), else null.
 */
export function read(host: Host): string | null {
  const board = host.attribute('proc/device-tree/model') ?? '';
  return (
    name([board.replaceAll('\0', '')]) ??
    name([
      host.attribute('sys/class/dmi/id/sys_vendor'),
      host.attribute('sys/class/dmi/id/product_name'),
    ])
  );
}

function name(parts: (string | null)[]): string | null {
  const words = parts
    .map(part => part?.trim() ?? '')
    .filter(part => part !== '' && !placeholder.test(part));
  return words.length === 0 ? null : words.join(' ').slice(0, 255).toWellFormed();
}
