/** One reading of something, after so many beats. */
export interface Point {
  readonly beats: number;
  readonly value: number;
}

/** What is left of a run once the start is over. */
const judged = 3 / 4;

/**
 * By how much a figure grows from the first beat that is judged to the last, on the straight line that fits its readings
 * best. Single peaks hardly move that line.
 */
export function growth(points: readonly Point[]): number {
  const last = points.at(-1)?.beats ?? 0;
  const late = points.filter(({ beats }) => beats >= last * (1 - judged));
  if (late.length < 2) return 0;
  const mean = (of: (point: Point) => number) =>
    late.reduce((sum, point) => sum + of(point), 0) / late.length;
  const [x, y] = [mean(({ beats }) => beats), mean(({ value }) => value)];
  const spread = mean(({ beats }) => (beats - x) ** 2);
  const common = mean(({ beats, value }) => (beats - x) * (value - y));
  const span = last - (late[0]?.beats ?? last);
  return (common / spread) * span;
}
