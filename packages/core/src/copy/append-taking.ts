import { isTidemarkError, type TidemarkError } from '../errors.ts';
import { kindOf, type StoreEvent } from '../events/store-event.ts';
import type { CopyContext } from './copy-context.ts';

/** The codes of errors about a value, and not about the run or model that has it. */
const OF_THE_VALUE: ReadonlySet<string> = new Set([
  'CAPABILITY_MISSING',
  'INVALID_ARGUMENT',
  'INVALID_KEY',
  'PARAM_CONFLICT',
]);

/** Whether a target refused a value. It may still accept the other values of the same run or model. */
function isValueRefused(error: unknown): error is TidemarkError {
  return isTidemarkError(error) && OF_THE_VALUE.has(error.code);
}

/**
 * Appends events to the target. If the target refuses a value, the events are divided, down to single keys, so that
 * only the refused values are left out; the report names them. Returns the appended parts of the events.
 */
export async function appendTaking(
  context: CopyContext,
  place: string,
  events: readonly StoreEvent[],
): Promise<StoreEvent[]> {
  if (events.length === 0) return [];
  try {
    await context.to.append(events);
    return [...events];
  } catch (error) {
    if (!isValueRefused(error)) throw error;
    const parts = events.length > 1 ? events : events.flatMap(byKey);
    if (parts.length > 1) {
      const middle = Math.ceil(parts.length / 2);
      const first = await appendTaking(context, place, parts.slice(0, middle));
      return [...first, ...(await appendTaking(context, place, parts.slice(middle)))];
    }
    const message = `${described(parts[0] as StoreEvent)} was not copied: ${error.message}`;
    context.report.problems.push({ severity: 'left-out', place, message });
    return [];
  }
}

/**
 * Creates an experiment, run or model with its tags. If the target refuses one of them, creates it only with the tags
 * that a copy needs; the caller then passes the others to `appendTaking`, with everything else that the target lacks.
 */
export async function createTaking<Made>(
  tags: Readonly<Record<string, string>>,
  needed: Readonly<Record<string, string>>,
  create: (tags: Readonly<Record<string, string>>) => Promise<Made>,
): Promise<Made> {
  try {
    return await create(tags);
  } catch (error) {
    if (!isValueRefused(error) || Object.keys(tags).length === Object.keys(needed).length)
      throw error;
    return create(needed);
  }
}

/** Returns the same content as events of one key each, if the kind has keys. */
function byKey(event: StoreEvent): StoreEvent[] {
  const parts = kindOf(event).keyed?.each(event) ?? [];
  return parts.length === 0 ? [event] : parts;
}

function described(event: StoreEvent): string {
  const named = (what: string, keys: readonly string[]): string =>
    `The ${what} ${keys.map((key) => JSON.stringify(key)).join(', ')}`;
  const { keyed } = kindOf(event);
  const keys = keyed?.keys(event) ?? [];
  if (keyed !== undefined && keys.length > 0) return named(keyed.part, keys);
  switch (event.kind) {
    case 'metric-series':
      return named('metric', [event.key]);
    case 'dataset':
      return named('dataset', [event.input.dataset.name]);
    case 'model-input':
    case 'model-output':
      return `The link to the logged model ${event.model}`;
    case 'artifact':
      return named('artifact', [event.file.path]);
    case 'run-updated':
      return event.status === undefined ? 'A change' : `The status ${event.status}`;
    default:
      return 'A change';
  }
}
