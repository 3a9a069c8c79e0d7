import { TidemarkError } from '../errors.ts';
import type { MetricsLogged } from '../events/store-event.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
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
  const step = options.step ?? 0;
  if (!Number.isSafeInteger(step)) throw notWhole('step', step);
  const timeMs = options.timestampMs ?? Date.now();
  if (!Number.isSafeInteger(timeMs) || timeMs < 0) throw notWhole('timestampMs', timeMs);
  return {
    kind: 'metrics',
    run: runId,
    timeMs,
    step,
    metrics,
    ...(options.dataset === undefined ? {} : { dataset: options.dataset }),
    ...(options.modelId === undefined ? {} : { model: options.modelId }),
  };
}

function notANumber(key: string, value: unknown): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The metric ${JSON.stringify(key)} is a ${typeof value}, not a number. Log text as a param or a tag.`,
    { details: { key } },
  );
}

function notWhole(name: string, value: unknown): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `${name} has to be a whole number${name === 'step' ? '' : ' of milliseconds since 1970'}; it is ${String(value)}.`,
    { details: { [name]: value } },
  );
}
