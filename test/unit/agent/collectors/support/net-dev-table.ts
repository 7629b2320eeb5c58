/** The titles of /proc/net/dev, and one interface with these bytes. */
export const head = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;
export const line = (name: string, rx: number, tx: number) =>
  `${name.padStart(6)}: ${rx} ${Math.ceil(rx / 100)}    0    0    0     0          0         0 ${tx} ${Math.ceil(tx / 100)}    0    0    0     0       0          0\n`;
