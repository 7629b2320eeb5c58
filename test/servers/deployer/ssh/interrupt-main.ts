// Runs one command over a transport, deaf to SIGINT, and prints what it gave: `KIND TARGET-AS-JSON DEPS-AS-JSON`.
import { type Kind, TRANSPORTS } from '../../../support/ssh/on-each.ts';

const [kind = '', target = '', deps = ''] = process.argv.slice(2);
process.on('SIGINT', () => {});
const connection = await new TRANSPORTS[kind as Kind](JSON.parse(deps)).connect(JSON.parse(target));
const onLine = (line: string) => process.stdout.write(`${line}\n`);
const result = await connection.exec('echo started; sleep 1; echo finished', { onLine });
process.stdout.write(`code ${result.code}\n`);
await connection.close();
