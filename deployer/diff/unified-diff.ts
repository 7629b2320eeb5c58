const CONTEXT = 3;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * A unified diff of two short texts, as `diff -u` prints it; empty where they are equal.
 * Quadratic in lines, which is nothing for a configuration file and would be much for anything long.
 */
export function unifiedDiff(name: string, before: string | null, after: string): string {
  const lines = compare(before === null ? [] : toLines(before), toLines(after));
  const hunks = toHunks(lines);
  if (hunks.length === 0) return '';
  const header = [`--- ${before === null ? '/dev/null' : name}`, `+++ ${name}`];
  return `${[...header, ...hunks].join('\n')}\n`;
}

function toLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const length = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      length[i * width + j] =
        before[i] === after[j]
          ? 1 + (length[(i + 1) * width + j + 1] ?? 0)
          : Math.max(length[(i + 1) * width + j] ?? 0, length[i * width + j + 1] ?? 0);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, young] = [before[i], after[j]];
    if (old !== undefined && old === young) {
      lines.push({ sign: ' ', text: old });
      i++;
      j++;
    } else if (
      old !== undefined &&
      (young === undefined ||
        (length[(i + 1) * width + j] ?? 0) >= (length[i * width + j + 1] ?? 0))
    ) {
      lines.push({ sign: '-', text: old });
      i++;
    } else if (young !== undefined) {
      lines.push({ sign: '+', text: young });
      j++;
    }
  }
  return lines;
}

function toHunks(lines: readonly Line[]): string[] {
  const shown = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(line => line.sign !== ' '),
  );
  const out: string[] = [];
  let [old, young] = [1, 1];
  for (let at = 0; at < lines.length; at++) {
    if (shown[at] && !shown[at - 1]) {
      let end = at;
      while (shown[end]) end++;
      const hunk = lines.slice(at, end);
      const count = (sign: '-' | '+'): number =>
        hunk.filter(line => line.sign === ' ' || line.sign === sign).length;
      const from = (start: number, size: number): string => `${size === 0 ? 0 : start},${size}`;
      out.push(`@@ -${from(old, count('-'))} +${from(young, count('+'))} @@`);
      out.push(...hunk.map(line => `${line.sign}${line.text}`));
    }
    if (lines[at]?.sign !== '+') old++;
    if (lines[at]?.sign !== '-') young++;
  }
  return out;
}
