import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of files for one test, gone afterwards. */
export class TestDirectory implements AsyncDisposable {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** `files`: relative paths and their texts. */
  static async create(
    files: Readonly<Record<string, string | Uint8Array>>,
  ): Promise<TestDirectory> {
    const directory = new TestDirectory(await mkdtemp(join(tmpdir(), 'inventory-')));
    for (const [name, text] of Object.entries(files)) {
      const path = join(directory.path, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    return directory;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}
