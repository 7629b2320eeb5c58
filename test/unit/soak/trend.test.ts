import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plot } from '../../soak/plot.ts';
import { growth } from '../../soak/trend.ts';

const points = (value: (beats: number) => number) =>
  Array.from({ length: 200 }, (_, at) => ({ beats: (at + 1) * 100, value: value((at + 1) * 100) }));

test('the growth is that of the last three quarters, whatever the start took', () => {
  assert.equal(growth(points(beats => (beats < 4_000 ? beats : 7))), 0);
  assert.ok(Math.abs(growth(points(beats => 12 + beats / 10_000)) - 1.5) < 0.01);
});

test('a peak is no growth, a slow leak below the noise is', () => {
  assert.ok(growth(points(beats => (beats === 12_000 ? 50 : 10))) < 1);
  const noise = (beats: number) => Math.sin(beats);
  assert.ok(Math.abs(growth(points(beats => 10 + noise(beats)))) < 0.3);
  assert.ok(growth(points(beats => 10 + noise(beats) + beats / 5_000)) > 2.5);
});

test('without readings, or with one, nothing grows', () => {
  assert.equal(growth([]), 0);
  assert.equal(growth([{ beats: 1, value: 5 }]), 0);
});

test('a plot has a panel a figure, with its values within', () => {
  const svg = plot('A < B', [
    { name: 'Memory', unit: 'MB', points: points(() => 14.7) },
    { name: 'Children', unit: '', points: points(() => 0) },
  ]);
  assert.equal(svg.match(/<polyline/g)?.length, 2);
  assert.match(svg, /A &lt; B/);
  assert.match(svg, /Memory, MB/);
  const ys = [...svg.matchAll(/,(\d+\.\d)/g)].map(([, y]) => Number(y));
  assert.ok(Math.max(...ys) < 340 && Math.min(...ys) > 40);
  assert.ok(!svg.includes('NaN'));
});
