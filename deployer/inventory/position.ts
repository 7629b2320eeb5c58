/** A place in a file as editors count: line and column start at 1. */
export interface Position {
  /** As it is shown to the person: relative to where the command was started, where that is shorter. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `inventory.yaml:12:7` */
export function showPosition(at: Position): string {
  return `${at.file}:${at.line}:${at.column}`;
}
