import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleRange } from './visible-range.ts';

describe('the visible part of a list', () => {
  it('is the places that overlap the window, of whatever sizes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 200 }),
        fc.nat(20_000),
        fc.integer({ min: 1, max: 2000 }),
        (sizes, wantedPx, sizePx) => {
          const starts = [0];
          for (const size of sizes) starts.push((starts.at(-1) as number) + size);
          const end = starts.at(-1) as number;
          const startPx = Math.min(wantedPx, end - 1);
          const startOf = (place: number): number => starts[place] as number;
          const shown = visibleRange(sizes.length, startOf, { startPx, sizePx }, 0);
          const overlapping = sizes
            .map((_, place) => place)
            .filter((place) => startOf(place + 1) > startPx && startOf(place) <= startPx + sizePx);
          expect(shown).toEqual({
            from: overlapping[0],
            to: (overlapping.at(-1) as number) + 1,
          });
        },
      ),
    );
  });

  it('is empty for an empty list', () => {
    const window = { startPx: 0, sizePx: 500 };
    expect(visibleRange(0, () => 0, window, 5)).toEqual({ from: 0, to: 0 });
  });

  it('has some more on each side, within the list', () => {
    const window = { startPx: 300, sizePx: 100 };
    expect(visibleRange(1000, (place) => place * 10, window, 5)).toEqual({ from: 25, to: 46 });
    expect(visibleRange(10, (place) => place * 10, { ...window, startPx: 0 }, 50)).toEqual({
      from: 0,
      to: 10,
    });
  });
});
