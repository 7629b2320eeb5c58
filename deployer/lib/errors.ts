/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` that Node's system errors carry, such as ECONNREFUSED. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** What a person can do about the errors of files that are usual; the system's own words say no more. */
const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file, check its path',
  ENOTDIR: 'a file is where its path has a directory',
  EISDIR: 'it is a directory, name a file',
  EACCES: 'no permission, check its owner and mode',
  EPERM: 'no permission, check its owner and mode',
  EEXIST: 'it is there already',
  ENOSPC: 'no space is left there, make room',
  EROFS: 'its file system is read-only, remount it or use another',
  ELOOP: 'its links lead in a circle',
};

/** Why a file cannot be read or written, without the path. */
export function fileError(error: unknown): string {
  return FILE_ERRORS[codeOf(error) ?? ''] ?? errorMessage(error);
}

/**
 * An error that the user can fix: shown as its message alone, without a stack.
 * Any other error is a fault of this program and is shown with its stack.
 */
export class UserError extends Error {
  override name = 'UserError';
  /** The exit code: 2 (usage, inventory or secrets) unless the thrower sets another. */
  readonly exitCode: number;

  constructor(message: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 2;
  }
}

/** A command line that says too little, or contradicts itself: shown with the help of its command. */
export class UsageError extends UserError {
  override name = 'UsageError';
}
