import { assertArguments } from './plain-input.ts';

/** Whether lower or higher values of a metric are better. */
export type MetricDirection = 'lower' | 'higher';

const DIRECTIONS: Readonly<Record<string, MetricDirection>> = {
  loss: 'lower',
  error: 'lower',
  err: 'lower',
  mae: 'lower',
  mape: 'lower',
  mse: 'lower',
  rmse: 'lower',
  perplexity: 'lower',
  accuracy: 'higher',
  acc: 'higher',
  auc: 'higher',
  f1: 'higher',
  r2: 'higher',
  precision: 'higher',
  recall: 'higher',
};

/** Matches words of a key that say nothing about its direction: the name of a data split, or "score". */
const ASIDE = /^(train(ing)?|val(id(ation)?)?|test(ing)?|eval(uation)?|holdout|score|\d+)$/;

/**
 * Returns the direction of a metric from the last word of its key that names a measure: `loss` of `val_loss`,
 * `accuracy` of `accuracy/test`, `f1` of `f1_score`. Returns `undefined` for any other key, including `loss_scale`,
 * because a wrong guess would be worse than none.
 */
export function metricDirection(key: string): MetricDirection | undefined {
  assertArguments({ key }, 'metricDirection', { key: 'string' });
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !ASIDE.test(word));
  const last = words.at(-1) ?? '';
  return Object.hasOwn(DIRECTIONS, last) ? DIRECTIONS[last] : undefined;
}
