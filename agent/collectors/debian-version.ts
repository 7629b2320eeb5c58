/** dpkg's order of characters outside numbers: `~` before the end of the text, then letters, then the others. */
function order(character: string | undefined): number {
  if (character === undefined || /\d/.test(character)) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

/** Letters and numbers in turn, the numbers by value, however long they are. */
function comparePart(a: string, b: string): number {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [one, other] = [left[at] ?? '', right[at] ?? ''];
    const difference = at % 2 === 0 ? compareWords(one, other) : compareNumbers(one, other);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareWords(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = order(a[at]) - order(b[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareNumbers(a: string, b: string): number {
  const [one, other] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (one.length !== other.length) return one.length - other.length;
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Below 0 where `a` is the older version, as dpkg orders `epoch:upstream-revision`. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string): [string, string, string] => {
    const [, epoch = '', upstream = '', revision = ''] =
      /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/.exec(version) ?? [];
    return [epoch, upstream, revision];
  };
  const [left, right] = [parts(a), parts(b)];
  return (
    compareNumbers(left[0], right[0]) ||
    comparePart(left[1], right[1]) ||
    comparePart(left[2], right[2])
  );
}
