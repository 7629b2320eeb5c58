import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { parse, resolve } from 'node:path';
import { execa } from 'execa';
import type { Context } from '../../context.ts';
import { fileError } from '../../lib/errors.ts';
import { closeWhenKilled } from '../../lib/when-killed.ts';
import { expandHome } from '../expand-home.ts';
import { inventoryError } from '../problem.ts';

/** One place that a password comes from: a file, a program or a person. */
export interface PasswordSource {
  /** Undefined if the option names none; Ansible then says `default`. */
  readonly label: string | undefined;
  /** A path, or `prompt`. */
  readonly source: string;
  /** What to call it in a message: the option or the variable that names it. */
  readonly origin: string;
  /** What it opens; a vault by default. */
  readonly opens?: 'login' | 'sudo';
}

/**
 * The password in a file, or what the program there prints when it is executable. A program whose name ends in
 * `-client` gets the vault id as an argument. Throws InventoryError when there is none.
 */
export async function readPasswordFile(from: PasswordSource, context: Context): Promise<Buffer> {
  const path = expand(from.source, context);
  const text = (await isExecutable(path))
    ? await runProgram(path, from, context)
    : (await readPassword(path, from)).toString('latin1').replaceAll(/^[ \t-\r]+|[ \t-\r]+$/g, '');
  const password = Buffer.from(text.replaceAll(/^[\r\n]+|[\r\n]+$/g, ''), 'latin1');
  if (password.length > 0) return password;
  throw inventoryError(
    undefined,
    `Expected a ${from.opens ?? 'vault'} password in ${from.source} (${from.origin}), found nothing: put it there, on one line`,
  );
}

async function readPassword(path: string, from: PasswordSource): Promise<Buffer> {
  const { source, origin, opens = 'vault' } = from;
  try {
    return await readFile(path);
  } catch (error) {
    throw inventoryError(
      undefined,
      `Cannot read the ${opens} password from ${source} (${origin}): ${fileError(error)}`,
    );
  }
}

async function runProgram(
  path: string,
  from: PasswordSource,
  { cwd, signal }: Context,
): Promise<string> {
  const isClient = parse(path).name.endsWith('-client');
  const options = isClient && from.label !== undefined ? ['--vault-id', from.label] : [];
  const child = execa(path, options, {
    cwd,
    // It may ask for a PIN: the terminal is its own.
    stdin: 'inherit',
    stderr: 'inherit',
    encoding: 'latin1',
    stripFinalNewline: false,
    reject: false,
    cancelSignal: signal,
  });
  const result = await closeWhenKilled(child);
  if (result.isCanceled) signal.throwIfAborted();
  if (!result.failed) return result.stdout;
  const reason =
    result.exitCode === undefined
      ? `it could not be started as a program (if it is none, remove its executable bit: chmod -x ${from.source})`
      : isClient && result.exitCode === 2
        ? `it knows no password for the vault id ${from.label ?? 'default'}`
        : `it ended with exit code ${result.exitCode}`;
  throw inventoryError(
    undefined,
    `No ${from.opens ?? 'vault'} password from ${from.source} (${from.origin}): ${reason}`,
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function expand(source: string, { cwd, home }: Context): string {
  return resolve(cwd, expandHome(source, home));
}
