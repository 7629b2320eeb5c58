/** Rows in columns of equal width, two spaces between them; `numeric` columns are set to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: ReadonlySet<number> = new Set(),
): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map(row => (row[at] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, at) => {
        const cell = cells[at] ?? '';
        return numeric.has(at) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return `${[head, ...rows].map(line).join('\n')}\n`;
}
