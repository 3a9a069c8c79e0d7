import { TidemarkError } from '../errors.ts';
import type { MetricsLogged } from '../events/kinds/metrics.ts';
import { type LoggedModelId, parseLoggedModelId, type RunId } from '../model/ids.ts';
import { assertKey } from '../model/names.ts';
import { assertKnownNames, assertRecord, kindOf, shownInput } from '../model/plain-input.ts';

/** Options of a metric point. */
export interface MetricOptions {
  /** The step, a whole number. Default 0. */
  readonly step?: number;
  /** The time, in milliseconds since 1970. Default: now. */
  readonly timestampMs?: number;
  /** The dataset and the logged model that the values are about. */
  readonly dataset?: { readonly name: string; readonly digest: string };
  readonly modelId?: LoggedModelId;
}

const OPTIONS: readonly string[] = [
  'step',
  'timestampMs',
  'dataset',
  'modelId',
] satisfies (keyof MetricOptions)[];

/**
 * Checks the metrics of one step, and returns the event to append. NaN and the infinities are allowed.
 * @throws INVALID_KEY, INVALID_ARGUMENT
 */
export function planMetrics(
  runId: RunId,
  metrics: Readonly<Record<string, number>>,
  options: MetricOptions = {},
): MetricsLogged {
  assertRecord(metrics, 'metrics');
  assertRecord(options, 'The options of a metric');
  assertKnownNames(options, 'The options of a metric', OPTIONS);
  for (const key in metrics) {
    assertKey(key, 'metric');
    if (typeof metrics[key] !== 'number') throw notANumber(key, metrics[key]);
  }
  if (options.dataset !== undefined) {
    assertRecord(options.dataset, 'The dataset of a metric');
    const { name, digest } = options.dataset;
    if (!isText(name) || !isText(digest)) throw notADataset();
  }
  const step = options.step ?? 0;
  assertStep(step);
  const timeMs = options.timestampMs ?? Date.now();
  if (!Number.isSafeInteger(timeMs) || timeMs < 0) throw notWhole('timestampMs', timeMs);
  const event: MetricsLogged = { kind: 'metrics', run: runId, timeMs, step, metrics };
  const { dataset, modelId } = options;
  if (dataset === undefined && modelId === undefined) return event;
  return {
    ...event,
    ...(dataset === undefined ? {} : { dataset }),
    ...(modelId === undefined ? {} : { model: parseLoggedModelId(modelId) }),
  };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function notADataset(): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    'The dataset of a metric has no name or no digest. Give both, as those of the dataset that you logged.',
  );
}

function notANumber(key: string, value: unknown): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The metric ${JSON.stringify(key)} is ${kindOf(value)}, not a number. Log text as a param or a tag.`,
    { details: { key } },
  );
}

/** Checks that a step is a whole number. @throws INVALID_ARGUMENT */
export function assertStep(step: number): void {
  if (!Number.isSafeInteger(step)) throw notWhole('step', step);
}

function notWhole(name: string, value: unknown): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `${name} has to be a whole number${name === 'step' ? '' : ' of milliseconds since 1970'}; it is ${shownInput(value)}.`,
    { details: { [name]: value } },
  );
}
