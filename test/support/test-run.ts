import { relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** A test or a suite that has ended. */
export interface Ended {
  readonly name: string;
  readonly isSuite: boolean;
  /** Relative to the working directory. */
  readonly file: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly reason: string;
}

/** Of what node:test tells about a run, what is looked at here. */
interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly file?: string;
    readonly entryFile?: string;
    readonly skip?: string | boolean;
    readonly details?: { readonly type?: string };
  };
}

/** Of one test or suite: what hangs is a failure then, and told. */
const LIMIT_MS = 600_000;
/** As in deployer/main.ts, a process that has ended could wait for V8's compilers for ever. */
const EXEC_ARGV = ['--no-concurrent-sparkplug', '--no-concurrent-recompilation'];

/** A run of test files, with its results on the screen. */
export class TestRun {
  readonly ended: Ended[] = [];
  /** By file: how long it took, in seconds. */
  readonly seconds = new Map<string, number>();
  readonly #screen = new spec();

  constructor() {
    this.#screen.pipe(process.stdout);
  }

  /**
   * Runs files, so many at a time; where that is more than one, a file's results are shown together when it has ended.
   */
  async files(files: readonly string[], atOnce: number): Promise<void> {
    const waiting = [...files];
    const runNext = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        const began = performance.now();
        const options = { files: [file], timeout: LIMIT_MS, execArgv: EXEC_ARGV };
        const events = run(options) as AsyncIterable<TestEvent>;
        const told = atOnce === 1 ? events : await Array.fromAsync(events);
        for await (const event of told) this.#tell(event);
        this.seconds.set(file, Math.round((performance.now() - began) / 1000));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, runNext));
  }

  /** Shows once more what failed. */
  async end(): Promise<void> {
    const closed = new Promise(resolve => this.#screen.once('close', resolve));
    this.#screen.end();
    await closed;
  }

  #tell(event: TestEvent): void {
    const { type, data } = event;
    // One file's counts, in place of which the whole run's are told.
    if (type === 'test:summary' || (type === 'test:diagnostic' && data.file === undefined)) return;
    this.#screen.write(event);
    if (type === 'test:pass' || type === 'test:fail') this.ended.push(endedBy(event));
  }
}

function endedBy({ type, data }: TestEvent): Ended {
  const { name = '', skip, file, entryFile, details } = data;
  const passed = skip === undefined ? 'passed' : 'skipped';
  return {
    name,
    isSuite: details?.type === 'suite',
    // Where a helper defines a test, the file that called it counts.
    file: relative(process.cwd(), entryFile ?? file ?? ''),
    outcome: type === 'test:fail' ? 'failed' : passed,
    reason: typeof skip === 'string' ? skip : '',
  };
}
