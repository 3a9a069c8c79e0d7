import { expect, it } from 'vitest';
import { complete } from './complete-filter.ts';

const FIELDS = ['metrics.loss', 'metrics.val_loss', 'params.lr'];

/** Completes at `|`. */
const at = (marked: string) => complete(marked.replace('|', ''), marked.indexOf('|'), FIELDS);

it.each([
  ['los|', 0, ['metrics.loss', 'metrics.val_loss']],
  ["params.lr = '0.1' AND metr|", 22, ['metrics.loss', 'metrics.val_loss']],
  ['metrics.loss < 1 and stat|', 21, ['attributes.status']],
])('completes the field at the cursor of %s', (text, from, words) => {
  expect(at(text)).toMatchObject({ from, words });
});

it.each(["params.lr = 'metr|", 'metrics.loss < |', 'nothing_like_it|', '|'])(
  'offers nothing in %s',
  (text) => {
    expect(at(text)).toBeUndefined();
  },
);
