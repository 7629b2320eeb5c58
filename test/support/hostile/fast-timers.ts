// Preloaded into a deployer: what it would wait for minutes takes seconds, so that no mode of a table has to be waited for.
const SHORT_MS = 15_000;
const SPEED = 100;

const { setTimeout: plain } = globalThis;

/** Waits of some seconds stay as they are, as a loaded machine needs them. */
function faster(ms = 0): number {
  return ms <= SHORT_MS || ms >= 2 ** 31 - 1 ? ms : SHORT_MS + (ms - SHORT_MS) / SPEED;
}

globalThis.setTimeout = Object.assign(
  (work: () => void, ms?: number, ...args: []) => plain(work, faster(ms), ...args),
  plain,
);
