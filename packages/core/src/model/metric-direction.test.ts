import { expect, it } from 'vitest';
import { metricDirection } from './metric-direction.ts';

it.each([
  ['loss', 'lower'],
  ['val_loss', 'lower'],
  ['valLoss', 'lower'],
  ['loss/train', 'lower'],
  ['mean_absolute_error', 'lower'],
  ['test.rmse', 'lower'],
  ['accuracy', 'higher'],
  ['fold 3 accuracy', 'higher'],
  ['accuracy_fold_3', undefined],
  ['f1_score', 'higher'],
  ['roc_auc', 'higher'],
  ['r2', 'higher'],
  ['Precision', 'higher'],
])('the better direction of %s is %s', (key, direction) => {
  expect(metricDirection(key)).toBe(direction);
});

it.each(['lr', 'throughput', 'loss_scale', 'error_count', 'score', 'epoch', 'constructor', ''])(
  'the better direction of %j is unknown',
  (key) => {
    expect(metricDirection(key)).toBeUndefined();
  },
);
