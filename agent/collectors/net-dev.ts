/** Since boot, or since the driver was loaded again. */
export interface Counters {
  rxBytes: number;
  rxPackets: number;
  txBytes: number;
  txPackets: number;
}

/**
 *     Inter-|   Receive                                                |  Transmit
 *      face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
 *         lo:    3245      30    0    0    0     0          0         0     3245      30    0    0    0     0       0          0
 *     eth0:1:  321957    8089    0    0    0     0          0         0   540539    5049    0    0    0     0       0          0
 *
 * A name may hold colons itself, so it ends at the last one before the numbers. Lines of another form are not ours.
 */
export function parse(text: string): Map<string, Counters> {
  const interfaces = new Map<string, Counters>();
  for (const [, name = '', numbers = ''] of text.matchAll(/^ *(\S.*):\s*(\d[\d ]*)$/gm)) {
    const values = numbers.trim().split(/ +/).map(Number);
    const [rxBytes, rxPackets, , , , , , , txBytes, txPackets] = values;
    if (
      rxBytes === undefined ||
      rxPackets === undefined ||
      txBytes === undefined ||
      txPackets === undefined
    ) {
      continue;
    }
    interfaces.set(name, { rxBytes, rxPackets, txBytes, txPackets });
  }
  return interfaces;
}
