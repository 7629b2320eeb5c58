// Runs one command over a transport, deaf to SIGINT, and prints what it gave: `KIND TARGET-AS-JSON DEPS-AS-JSON`.
import { NodeSshTransport } from '../../../../deployer/remote/transport/node-ssh-transport.ts';
import { OpensshTransport } from '../../../../deployer/remote/transport/openssh-transport.ts';

const [kind, target = '', deps = ''] = process.argv.slice(2);
process.on('SIGINT', () => {});
const Kind = kind === 'openssh' ? OpensshTransport : NodeSshTransport;
const connection = await new Kind(JSON.parse(deps)).connect(JSON.parse(target));
const onStdout = (chunk: Buffer): void => {
  process.stdout.write(chunk);
};
const result = await connection.exec('echo started; sleep 1; echo finished', { onStdout });
process.stdout.write(`code ${result.code}\n`);
await connection.close();
