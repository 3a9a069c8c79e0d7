import { expect, it } from 'vitest';
import { studentQuantile } from './student-t.ts';

// From scipy.stats.t.ppf((1 + confidence) / 2, degrees).
it.each([
  [0.95, 1, 12.706204736432095],
  [0.95, 2, 4.302652729696142],
  [0.95, 5, 2.5705818366147395],
  [0.95, 10, 2.2281388519649385],
  [0.95, 30, 2.0422724563012373],
  [0.95, 100, 1.9839715184496334],
  [0.95, 1000, 1.9623390808264074],
  [0.95, 100_000, 1.9599876979],
  [0.99, 3, 5.84090929975643],
  [0.5, 4, 0.7406970841],
  [0.999, 1, 636.6192487687196],
])('of %d with %d degrees of freedom is %d', (confidence, degrees, quantile) => {
  expect(studentQuantile(confidence, degrees) / quantile).toBeCloseTo(1, 8);
});
