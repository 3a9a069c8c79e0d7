import { expect, it } from 'vitest';
import { FewAtOnce } from './few-at-once.ts';

it('runs at most the given number of tasks at once, in the order of their calls, also after some failed', async () => {
  const few = new FewAtOnce(3);
  const began: number[] = [];
  let running = 0;
  let most = 0;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, number) =>
      few.run(async () => {
        began.push(number);
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        if (number % 4 === 0) throw new Error('it failed');
        return number;
      }),
    ),
  );
  expect(began).toEqual(Array.from({ length: 20 }, (_, number) => number));
  expect(most).toBe(3);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(15);
  expect(await few.run(async () => 'later')).toBe('later');
});
