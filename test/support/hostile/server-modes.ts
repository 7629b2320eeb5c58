import { end } from './honest-server.ts';
import {
  answering,
  OBEYED,
  raw,
  repeated,
  running,
  type ServerMode,
  shell,
  transferring,
  withLine,
  withStatus,
  writeForever,
  writeSlowly,
} from './server-mode.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const CONFIG = '/etc/homelab-agent/config.yaml';
const UNIT = '/etc/systemd/system/homelab-agent.service';
const bomb = (depth: number): string =>
  Array.from(
    { length: depth },
    (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]\n`,
  ).join('');

const reached: Readonly<Record<string, ServerMode>> = {
  'says nothing at all': raw(() => {}),
  'endless lines before SSH': raw(socket => writeForever(socket, `${'x'.repeat(100)}\r\n`)),
  'HTTP in place of SSH': raw(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  'a greeting of one byte a second': raw(socket =>
    writeSlowly(socket, 'SSH-2.0-OpenSSH_9.2\r\n'[Symbol.iterator](), 1000),
  ),
  'garbage behind the greeting': raw(socket => {
    socket.write('SSH-2.0-x\r\n');
    writeForever(socket, Buffer.alloc(9000, 255));
  }),
  'a greeting with escape sequences': raw(socket => socket.end(`SSH-2.0-${OBEYED}\r\nx`)),
  'resets the connection': raw(socket => socket.resetAndDestroy()),
  'a login that is never answered': { onLogin: () => {} },
  'a huge banner with escape sequences': {
    ...answering(answer => answer),
    banner: OBEYED.repeat(2_000),
  },
  'a session that is never opened': { onSession: () => {} },
  'no session': { refusesSession: () => true },
};

const started: Readonly<Record<string, ServerMode>> = {
  'a shell that ends before any output': shell(({ channel }) => end(channel, 0)),
  'a shell that never begins': shell(() => {}),
  'a shell that talks without end': shell(({ channel }) =>
    writeForever(channel.stderr, `${OBEYED}${'x'.repeat(9000)}`),
  ),
  'a shell that prints without end': shell(({ channel }) =>
    writeForever(channel, 'x'.repeat(9000)),
  ),
  'sudo that never answers': shell(({ begin }) => begin()),
  'sudo that asks for ever': shell(({ channel, command, begin }) => {
    begin();
    const prompt = /sudo-password-\w+-/.exec(command)?.[0] ?? '';
    writeForever(channel.stderr, `${prompt}anna:Sorry, try again.\n`.repeat(50));
  }),
  'sudo that asks once a second for ever': shell(({ channel, command, begin }) => {
    begin();
    const prompt = /sudo-password-\w+-/.exec(command)?.[0] ?? '';
    writeSlowly(channel.stderr, repeated(`${prompt}anna:`), 1000);
  }),
  'sudo that lectures without end': shell(({ channel, begin }) => {
    begin();
    writeForever(channel.stderr, 'We trust you have received the usual lecture. '.repeat(100));
  }),
  'sudo that echoes what it gets': shell(({ channel, command, begin }) => {
    begin();
    channel.stderr.write(`${/sudo-password-\w+-/.exec(command)?.[0] ?? ''}anna:`);
    channel.on('data', (typed: Buffer) => {
      channel.stderr.write(`${OBEYED}${typed.toString()} is not in the sudoers file\n`);
      end(channel, 1);
    });
  }),
};

const answers: Readonly<Record<string, ServerMode>> = {
  'endless lines': running(({ channel }) => writeForever(channel, 'x=y\n'.repeat(2000))),
  'endless output without a line end': running(({ channel }) =>
    writeForever(channel, 'x'.repeat(9000)),
  ),
  'endless NUL bytes': running(({ channel }) => writeForever(channel, Buffer.alloc(9000))),
  'endless output in single bytes': running(({ channel }) => writeForever(channel, '\n')),
  'endless errors': running(({ channel }) =>
    writeForever(channel.stderr, `${OBEYED}\n`.repeat(200)),
  ),
  'a line once a second for ever': running(({ channel }) =>
    writeSlowly(channel, repeated('x=y\n'), 1000),
  ),
  'a whole answer that never ends': running(({ channel, command, honest }) =>
    channel.write(honest.answer(command)),
  ),
  'half an answer': answering(answer => answer.slice(0, answer.length / 2)),
  'no answer': answering(() => ''),
  'a wrong exit code': answering(answer => answer, 255),
  'ends with a signal': running(({ channel }) => {
    channel.exit('KILL');
    channel.end();
  }),
  'escape sequences in every value': answering(answer =>
    answer.replaceAll(/=(?!ok|1\n)/g, `=${OBEYED}`),
  ),
  'escape sequences in its status': answering(answer =>
    withStatus(answer, status =>
      status.replace('"last_error":null', `"last_error":${JSON.stringify(OBEYED)}`),
    ),
  ),
  'huge numbers': answering(answer =>
    [
      'time=9e999',
      `service:MainPID=${'9'.repeat(400)}`,
      'service:NRestarts=-1e308',
      'space=99999999999999999999 /',
    ].reduce(withLine, answer),
  ),
  'names that repeat': answering(answer =>
    answer.replace('end=ok', `${'problem=x\n'.repeat(60_000)}end=ok`),
  ),
  'a sentence of half a megabyte': answering(answer =>
    withLine(answer, `problem=${'x'.repeat(500_000)}`),
  ),
  'a release of a strange name': answering(answer =>
    withLine(
      answer,
      `name:/opt/homelab-agent/current='/opt/homelab-agent/current' -> 'releases/${'x'.repeat(400_000)}'`,
    ),
  ),
  'bytes that are no UTF-8': running(({ channel }) => {
    channel.write(Buffer.from('ff fe c3 28 a0 ed a0 80'.repeat(9000).replaceAll(' ', ''), 'hex'));
    end(channel, 0);
  }),
  'deep JSON in its status': answering(answer => withStatus(answer, () => '['.repeat(500_000))),
  'deep JSON that is closed': answering(answer =>
    withStatus(answer, () => `${'['.repeat(200_000)}${']'.repeat(200_000)}`),
  ),
  'a gigantic number in its status': answering(answer =>
    withStatus(answer, status =>
      status.replace('"interval":60', `"interval":${'9'.repeat(500_000)}`),
    ),
  ),
  'a status of long words': answering(answer =>
    withStatus(answer, status =>
      status.replace('"last_error":null', `"last_error":"${'x'.repeat(500_000)}"`),
    ),
  ),
  'a unit of a million lines': answering(answer =>
    withLine(answer, `text:${UNIT}=${base64('a\n'.repeat(300_000))}`),
  ),
  'a unit of many megabytes': answering(answer =>
    withLine(answer, `text:${UNIT}=${base64('a\n'.repeat(4_500_000))}`),
  ),
  'a configuration of aliases of aliases': answering(answer =>
    withLine(answer, `text:${CONFIG}=${base64(`a0: &a0 [x]\n${bomb(30)}api_key: *a30\n`)}`),
  ),
  'a configuration of deep brackets': answering(answer =>
    withLine(answer, `text:${CONFIG}=${base64(`a: ${'['.repeat(100_000)}`)}`),
  ),
};

const transfers: Readonly<Record<string, ServerMode>> = {
  'accepts nothing that is sent': transferring(({ channel }) => channel.pause()),
  'accepts nothing, and talks': transferring(({ channel }) =>
    writeSlowly(channel, repeated('ok: x\n'), 200),
  ),
  'receives, and is silent': transferring(({ channel }) => {
    channel.resume();
    channel.write('hla:received\n');
  }),
  'receives, and reports without end': transferring(({ channel }) => {
    channel.resume();
    channel.write('hla:received\n');
    writeForever(channel, `changed: ${OBEYED}\n`.repeat(100));
  }),
  'reports an installation that is not there': transferring(({ channel }) => {
    channel.resume();
    channel.write('hla:received\nchanged: release\nresult: changed\n');
    end(channel, 0);
  }),
  'reports a rollback with escape sequences': transferring(({ channel }) => {
    channel.resume();
    channel.write(`hla:received\njournal: ${OBEYED}\nresult: rolled-back\n`);
    channel.stderr.write(`error: ${OBEYED}\n`);
    end(channel, 1);
  }),
  'reports two results': transferring(({ channel, honest }) => {
    channel.resume();
    channel.write(`hla:received\n${honest.install()}result: failed\n`);
    end(channel, 0);
  }),
  'ends in the middle of a transfer': transferring(({ channel }) => end(channel, 1)),
};

/** The ways of a hostile server by name. */
export const SERVER_MODES: Readonly<Record<string, ServerMode>> = {
  ...reached,
  ...started,
  ...answers,
  ...transfers,
};
