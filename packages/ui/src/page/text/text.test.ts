import { expect, it } from 'vitest';
import { numberText } from './number-text.ts';
import { agoText, durationText } from './time-text.ts';

it.each([
  [0, '0'],
  [0.123456789, '0.123457'],
  [1234567, '1234567'],
  [12345678, '1.235e+7'],
  [-0.00001234, '-1.234e-5'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '−∞'],
])('prints the metric %d as %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

it.each([
  [20_000, '20 sec. ago'],
  [3 * 60_000, '3 min. ago'],
  [5 * 3_600_000, '5 hr. ago'],
  [3 * 86_400_000, '3 days ago'],
  [90 * 86_400_000, '2026-09-02'],
])('prints a moment %d ms ago as %s', (pastMs, text) => {
  const nowMs = Date.UTC(2026, 11, 1);
  expect(agoText(nowMs - pastMs, nowMs)).toBe(text);
});

it('prints nothing for the experiment Default, which was created at no moment', () => {
  expect(agoText(0)).toBe('–');
});

it.each([
  [5, '5 ms'],
  [2500, '2.5 s'],
  [62_000, '1 min 2 s'],
  [3_720_000, '1 h 2 min'],
  [90_000_000, '1 d 1 h'],
])('prints a time of %d ms as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
