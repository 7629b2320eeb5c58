import { rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { execPath } from 'node:process';
import type { Secret } from '../../inventory/secret.ts';
import { quote } from '../../lib/quote.ts';

/** A secret for ssh, and a part of the prompt that it answers. */
export interface AskpassAnswer {
  readonly question: string;
  readonly secret: Secret;
}

/** Hands a question to the socket and prints the answer; it fails where there is none. */
const CLIENT = `
const [at, question] = process.argv.slice(1);
let answer = '';
require('node:net').connect(at, function () { this.end(question); })
  .on('data', chunk => { answer += chunk; })
  .on('error', () => {})
  .on('close', () => { process.stdout.write(answer); process.exitCode = answer === '' ? 1 : 0; });
`;
const LIMIT = 4096;

/**
 * Answers the questions of one ssh, and of those that it starts for jump hosts. Their askpass program asks this process
 * over a socket in a directory that only this user can enter: the secrets stand in no file, in no environment and on no
 * command line, and once this is closed nothing answers any more.
 */
export class Askpass {
  /** What makes ssh ask by the program, even where there is no answer: on a terminal it would ask the person. */
  readonly env: Readonly<Record<string, string>>;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #at: string;

  private constructor(program: string, at: string, answers: readonly AskpassAnswer[]) {
    // Older ssh looks at DISPLAY before it asks by a program.
    this.env = { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':none' };
    this.#at = at;
    this.#server = createServer({ allowHalfOpen: true }, socket => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
      let question = '';
      socket.setEncoding('utf8').on('data', chunk => {
        question = (question + chunk).slice(0, LIMIT);
      });
      socket.on('end', () => {
        const answer = answers.find(one => question.includes(one.question));
        socket.end(answer === undefined ? '' : `${answer.secret.reveal()}\n`);
      });
    });
  }

  /** `dir` must be one that only this user can enter. */
  static async start(dir: string, answers: readonly AskpassAnswer[]): Promise<Askpass> {
    const [program, at] = [join(dir, 'askpass'), join(dir, 'a')];
    const askpass = new Askpass(program, at, answers);
    const line = quote([execPath, '-e', CLIENT, at]);
    await writeFile(program, `#!/bin/sh\nunset NODE_OPTIONS\nexec ${line} "$1"\n`, { mode: 0o700 });
    const listening = Promise.withResolvers<void>();
    askpass.#server.once('error', listening.reject).listen(at, listening.resolve);
    await listening.promise;
    return askpass;
  }

  /** Forgets the answers. Never throws. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
    await rm(this.#at, { force: true }).catch(() => {});
  }
}
