import { parseArgs } from 'node:util';
import { startCuttingProxy } from './cutting-proxy.ts';

const { values } = parseArgs({
  options: {
    listen: { type: 'string', default: '127.0.0.1:0' },
    to: { type: 'string', default: '127.0.0.1:22' },
    'cut-after': { type: 'string' },
    times: { type: 'string' },
    delay: { type: 'string', default: '0' },
  },
});
await startCuttingProxy({
  delayMs: Number(values.delay),
  listen: endpoint(values.listen),
  to: endpoint(values.to),
  ...(values['cut-after'] === undefined ? {} : { cutAfter: Number(values['cut-after']) }),
  ...(values.times === undefined ? {} : { times: Number(values.times) }),
});
process.stdout.write('listening\n');

function endpoint(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}
