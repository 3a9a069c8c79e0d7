/** Which way of a metric is the better one. */
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

/** Words that say of which rows, or that it is a metric, and nothing of its direction. */
const ASIDE = /^(train(ing)?|val(id(ation)?)?|test(ing)?|eval(uation)?|holdout|score|\d+)$/;

/**
 * Which way of a metric is better, by the last word of its key that says what it measures: `loss` of `val_loss`,
 * `accuracy` of `accuracy/test`, `f1` of `f1_score`. Undefined for every other key, `loss_scale` among them: a wrong guess
 * would be worse than none.
 */
export function metricDirection(key: string): MetricDirection | undefined {
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !ASIDE.test(word));
  const last = words.at(-1) ?? '';
  return Object.hasOwn(DIRECTIONS, last) ? DIRECTIONS[last] : undefined;
}
