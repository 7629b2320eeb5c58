import type { Point } from './trend.ts';

/** One figure over the beats. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly Point[];
}

const width = 800;
const height = 150;
const margin = { left: 60, right: 20, top: 34, bottom: 26 };
const inner = {
  width: width - margin.left - margin.right,
  height: height - margin.top - margin.bottom,
};

/** An SVG with one panel a figure, one below the other, with a title above all. */
export function plot(title: string, series: readonly Series[]): string {
  const total = 40 + series.length * height;
  const panels = series.map((each, at) => panel(each, 40 + at * height));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${total}" fill="white"/>`,
    text(title, { x: margin.left, y: 26, size: 15 }),
    ...panels.flat(),
    '</svg>',
  ].join('\n')}\n`;
}

function panel({ name, unit, points }: Series, top: number): string[] {
  const last = Math.max(1, ...points.map(({ beats }) => beats));
  const highest = ceiling(Math.max(...points.map(({ value }) => value)));
  const x = (beats: number) => margin.left + (beats / last) * inner.width;
  const y = (value: number) => top + margin.top + (1 - value / highest) * inner.height;
  const line = points.map(({ beats, value }) => `${x(beats).toFixed(1)},${y(value).toFixed(1)}`);
  const marks = [0, 1, 2].map(at => (highest / 2) * at);
  const times = [0, 1, 2, 3, 4].map(at => Math.round((last / 4) * at));
  const label = unit === '' ? name : `${name}, ${unit}`;
  return [
    text(label, { x: margin.left, y: top + margin.top - 8, size: 12 }),
    ...marks.flatMap(value => [
      `<path d="M${margin.left} ${y(value)}H${width - margin.right}" stroke="#ddd"/>`,
      text(String(value), { x: margin.left - 8, y: y(value) + 4, size: 11, anchor: 'end' }),
    ]),
    ...times.map(beats =>
      text(beats.toLocaleString('en'), {
        x: x(beats),
        y: top + height - margin.bottom + 16,
        size: 11,
        anchor: 'middle',
      }),
    ),
    `<polyline points="${line.join(' ')}" fill="none" stroke="#1565c0" stroke-width="1.5"/>`,
  ];
}

/** 1, 2 or 5 times a power of ten, not below `value`, so that the marks are round. */
function ceiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map(step => step * power).find(each => each >= value) ?? value;
}

function text(
  words: string,
  { x, y, size, anchor = 'start' }: { x: number; y: number; size: number; anchor?: string },
): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" text-anchor="${anchor}" fill="#333">${safe}</text>`;
}
