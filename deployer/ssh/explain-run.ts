import { AnswerTooLong, ConnectionLost, SudoRefused, type TransportError } from './errors.ts';
import { explainShell } from './explain-shell.ts';
import { said } from './said.ts';
import type { StartGate } from './start-gate.ts';
import { explainSudo } from './sudo.ts';
import type { CommandTarget } from './transport.ts';

const UNKNOWN = 'what it did is unknown, look at the server and run this again';

/** The errors of a command that did not end by itself, by how far it came: to the login's shell, to sudo, or beyond. */
export class RunErrors {
  readonly #target: CommandTarget;
  readonly #user: string;
  readonly #gate: StartGate;
  readonly #stdout: () => string;

  /** @param stdout what the command has said on it by now */
  constructor(target: CommandTarget, user: string, gate: StartGate, stdout: () => string) {
    this.#target = target;
    this.#user = user;
    this.#gate = gate;
    this.#stdout = stdout;
  }

  /** It takes longer than it may. */
  late(ms: number): TransportError {
    const { name } = this.#target;
    const seconds = ms / 1000;
    if (!this.#gate.begun) return this.#notBegun(`it had not begun after ${seconds} s`);
    if (!this.#gate.started) {
      const text = `sudo on ${name} gave no answer within ${seconds} s; ${said(this.#said())}. Try "sudo -n true" there`;
      return new SudoRefused(name, text);
    }
    return this.#lost(`A command on ${name} had not ended after ${seconds} s`);
  }

  /** It neither takes nor says anything any more. */
  stalled(ms: number): TransportError {
    if (!this.#gate.started) return this.late(ms);
    return this.#lost(`A command on ${this.#target.name} made no progress for ${ms / 1000} s`);
  }

  tooLong(): TransportError {
    const { name } = this.#target;
    if (!this.#gate.begun) return this.#notBegun('it said more than any login does');
    if (!this.#gate.started) return this.refused();
    const text = `${name} said more than any answer has, and was cut off: ${UNKNOWN}`;
    return new AnswerTooLong(name, text);
  }

  /** sudo does not let it through. */
  refused(): SudoRefused {
    const { passwordOf } = this.#gate;
    const text = explainSudo(this.#target, this.#user, { words: this.#said(), passwordOf });
    return new SudoRefused(this.#target.name, text);
  }

  /** @param signal what ended it; null where the link went first */
  endedBy(signal: string | null): TransportError {
    const { name } = this.#target;
    return this.#lost(
      signal === null
        ? `The connection to ${name} was lost during a command`
        : `A command on ${name} was ended by ${signal}`,
    );
  }

  /** It ended with a code before it started. */
  endedEarly(code: number): TransportError {
    return this.#gate.begun ? this.refused() : this.#notBegun(`exit ${code}`);
  }

  #lost(what: string): ConnectionLost {
    return new ConnectionLost(this.#target.name, `${what}: ${UNKNOWN}`);
  }

  #notBegun(how: string): TransportError {
    const words = `${this.#said()}\n${this.#stdout()}`;
    return explainShell(this.#target.name, this.#user, how, words);
  }

  /** What was said before the command started; a terminal, and a server that wants to, echoes the password. */
  #said(): string {
    const secret = this.#target.become.password?.reveal() ?? '';
    const { words } = this.#gate;
    return secret === '' ? words : words.replaceAll(secret, '(hidden)');
  }
}
