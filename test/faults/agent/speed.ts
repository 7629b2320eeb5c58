import process from 'node:process';

/** How many seconds the agent lives in one of ours; the test names another by FAULT_SPEED. */
export const speed = Number(process.env['FAULT_SPEED'] ?? 5);

/** Of the agent's configuration, in its own seconds: the shortest that leaves time for a retry. */
export const intervalSeconds = 10;

/** The same in our milliseconds. */
export const interval = (intervalSeconds * 1_000) / speed;
