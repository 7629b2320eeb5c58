import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { StandInHub } from './hub.ts';
import { startHubControl } from './hub-control.ts';

const { values } = parseArgs({
  options: {
    listen: { type: 'string', default: '127.0.0.1:8080' },
    'api-key': { type: 'string', default: 'test-key' },
    control: { type: 'string' },
    /** A file with certificate and key, for a hub that speaks TLS. */
    tls: { type: 'string' },
    /** Seconds that the hub's clock is ahead. */
    ahead: { type: 'string', default: '0' },
    /** Seconds of silence after which a server is offline. */
    'offline-after': { type: 'string', default: '180' },
  },
});
const colon = values.listen.lastIndexOf(':');
const pem = values.tls === undefined ? undefined : readFileSync(values.tls);
const hub = new StandInHub({
  host: values.listen.slice(0, colon),
  port: Number(values.listen.slice(colon + 1)),
  apiKey: values['api-key'],
  ...(pem && { tls: { cert: pem, key: pem } }),
  aheadMs: Number(values.ahead) * 1_000,
  offlineAfterMs: Number(values['offline-after']) * 1_000,
});
await hub.start();
if (values.control !== undefined) await startHubControl(hub, values.control);
process.stdout.write(`listening on ${hub.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(0));
}
