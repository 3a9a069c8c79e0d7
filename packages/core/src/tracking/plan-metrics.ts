import { TidemarkError } from '../errors.ts';
import type { MetricsLogged } from '../events/store-event.ts';
import { type LoggedModelId, parseLoggedModelId, type RunId } from '../model/ids.ts';
import { assertKey } from '../model/names.ts';

/** What can be said of a metric point beside its value. */
export interface MetricOptions {
  /** Whole number, default 0. */
  readonly step?: number;
  /** Milliseconds since 1970, default now. */
  readonly timestampMs?: number;
  /** The dataset and the logged model that the values speak of. */
  readonly dataset?: { readonly name: string; readonly digest: string };
  readonly modelId?: LoggedModelId;
}

/** Keys that passed the rules: a training logs the same few a million times. */
const checkedKeys = new Set<string>();
const CHECKED_KEYS_LIMIT = 10_000;

/**
 * Checks one step's metrics: the event to append. NaN and the infinities are allowed.
 * @throws INVALID_KEY, INVALID_ARGUMENT
 */
export function planMetrics(
  runId: RunId,
  metrics: Readonly<Record<string, number>>,
  options: MetricOptions = {},
): MetricsLogged {
  for (const key in metrics) {
    if (!checkedKeys.has(key)) {
      assertKey(key, 'metric');
      if (checkedKeys.size < CHECKED_KEYS_LIMIT) checkedKeys.add(key);
    }
    if (typeof metrics[key] !== 'number') throw notANumber(key, metrics[key]);
  }
  if (options.dataset !== undefined) {
    const { name, digest } = options.dataset;
    if (!isText(name) || !isText(digest)) throw notADataset();
  }
  const step = options.step ?? 0;
  assertStep(step);
  const timeMs = options.timestampMs ?? Date.now();
  if (!Number.isSafeInteger(timeMs) || timeMs < 0) throw notWhole('timestampMs', timeMs);
  return {
    kind: 'metrics',
    run: runId,
    timeMs,
    step,
    metrics,
    ...(options.dataset === undefined ? {} : { dataset: options.dataset }),
    ...(options.modelId === undefined ? {} : { model: parseLoggedModelId(options.modelId) }),
  };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function notADataset(): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    'The dataset of a metric needs a name and a digest, as those of the dataset that was logged.',
  );
}

function notANumber(key: string, value: unknown): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The metric ${JSON.stringify(key)} is a ${typeof value}, not a number. Log text as a param or a tag.`,
    { details: { key } },
  );
}

/** @throws INVALID_ARGUMENT when a step is not a whole number */
export function assertStep(step: number): void {
  if (!Number.isSafeInteger(step)) throw notWhole('step', step);
}

function notWhole(name: string, value: unknown): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `${name} has to be a whole number${name === 'step' ? '' : ' of milliseconds since 1970'}; it is ${String(value)}.`,
    { details: { [name]: value } },
  );
}
