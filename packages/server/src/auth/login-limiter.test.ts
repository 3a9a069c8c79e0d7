import { expect, test } from 'vitest';
import { LoginLimiter } from './login-limiter.ts';

const limits = { burst: 3, forgivenEachMs: 1000 };

test('failures add up, and are forgiven with time', () => {
  let nowMs = 0;
  const limiter = new LoginLimiter(limits, () => nowMs);
  expect([1, 2, 3].map(() => limiter.attempt('mallory'))).toEqual([0, 0, 0]);
  expect(limiter.attempt('mallory')).toBe(1000);
  expect(limiter.attempt('ada')).toBe(0);
  nowMs = 999;
  expect(limiter.attempt('mallory')).toBe(1);
  nowMs = 1000;
  expect(limiter.attempt('mallory')).toBe(0);
  expect(limiter.attempt('mallory')).toBe(1000);
});

test('an attempt that succeeds is not counted', () => {
  const limiter = new LoginLimiter(limits, () => 0);
  for (let login = 0; login < 100; login += 1) {
    expect(limiter.attempt('ada')).toBe(0);
    limiter.succeeded('ada');
  }
});

test('of many attempts at once only as many as the limit pass', () => {
  const limiter = new LoginLimiter(limits, () => 0);
  const waits = Array.from({ length: 50 }, () => limiter.attempt('mallory'));
  expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(3);
});

test('the addresses with the oldest failures are forgotten, so that they do not fill the memory', () => {
  const limiter = new LoginLimiter(limits, () => 0);
  for (let address = 0; address < 30_000; address += 1) limiter.attempt(String(address));
  const forgotten = [1, 2, 3].map(() => limiter.attempt('0'));
  expect(forgotten).toEqual([0, 0, 0]);
  expect(limiter.attempt('29999')).toBe(0);
  expect(limiter.attempt('29999')).toBe(0);
  expect(limiter.attempt('29999')).toBe(1000);
});
