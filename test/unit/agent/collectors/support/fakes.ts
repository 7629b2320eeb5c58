import type { Warn } from '../../../../../agent/collectors/collector-run.ts';
import { checkConfig } from '../../../../../agent/contract/check-config.ts';
import type { Config } from '../../../../../agent/contract/keys.ts';
import { Command, type CommandResult } from '../../../../../agent/host/command.ts';
import { Host } from '../../../../../agent/host/host.ts';

type Answer = (name: string, args: readonly string[]) => string | Promise<string>;

/** Answers with what `answer` returns or throws, and keeps what was asked. */
export class FakeCommand extends Command {
  readonly calls: string[][] = [];
  readonly #answer: Answer;

  constructor(answer: Answer) {
    super(new Host('/nonexistent'));
    this.#answer = answer;
  }

  override async run(name: string, args: readonly string[]): Promise<CommandResult> {
    this.calls.push([name, ...args]);
    return { code: 0, stdout: await this.#answer(name, args), stderr: '' };
  }
}

export function configWith(settings: Partial<Config> = {}): Config {
  const required = { hub_url: 'http://hub:8080', server_id: 'host-1', api_key: 'key' };
  const { config } = checkConfig({ ...required, ...settings });
  if (config === undefined) throw new Error('Expected a configuration that passes the check');
  return config;
}

/** Keeps what collectors warn of, as `code subject: text`. */
export class RecordedWarnings {
  #lines: string[] = [];

  readonly warn: Warn = (code, text, subject) => {
    this.#lines.push(`${[code, subject].filter(Boolean).join(' ')}: ${text}`);
  };

  /** Those since the last call. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}

/** For tests that look at the figures alone. */
export const ignoreWarnings: Warn = () => {};
