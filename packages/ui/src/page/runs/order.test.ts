import { expect, it } from 'vitest';
import { nextOrder, orderByOf, parseOrder } from './order.ts';

it('goes from the highest first to the lowest first to the default', () => {
  const orders = [''];
  for (let click = 0; click < 3; click += 1) {
    orders.push(nextOrder(parseOrder(orders.at(-1)), 'metrics.loss'));
  }
  expect(orders).toEqual(['', '-metrics.loss', 'metrics.loss', '']);
  expect(orders.map((order) => orderByOf(parseOrder(order)))).toEqual([
    '',
    'metrics.loss DESC',
    'metrics.loss ASC',
    '',
  ]);
});

it('begins with the highest for another column', () => {
  expect(nextOrder(parseOrder('metrics.loss'), 'params.lr')).toBe('-params.lr');
});
