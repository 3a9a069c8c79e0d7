import { Unreadable } from './unreadable.ts';

/** One line of a metric file. */
export interface MetricLine {
  readonly timestampMs: number;
  readonly value: number;
  readonly step: number;
  readonly dataset?: { readonly name: string; readonly digest: string };
  /** Only in the files of a logged model: the run that logged the point. */
  readonly runId?: string;
}

const INTEGER = /^-?\d+$/;
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
const WORD = /^([-+]?)(?:(nan)|inf(?:inity)?)$/i;

/**
 * Parses a metric file (store/tracking/file_store.py): `<ms> <value> <step>`, then the id of the run in the files
 * of a logged model, then name and digest of a dataset. Lines without a step are from the first versions. MLflow's
 * reader reads the step of a line with a dataset as 0; this one keeps it, and allows spaces in the name of a
 * dataset. Throws `Unreadable`.
 */
export function parseMetricLines(text: string, place: string, of: 'run' | 'model'): MetricLine[] {
  const lines = text.split('\n');
  // A line without a newline was torn while it was written. A short one may be wrong.
  const torn = lines.pop() ?? '';
  const whole = lines.map((line, index) => parseLine(line, index + 1, place, of, 2));
  if (torn.trim() !== '') whole.push(parseLine(torn, lines.length + 1, place, of, 3));
  return whole.filter((line) => line !== undefined);
}

function parseLine(
  line: string,
  number: number,
  place: string,
  of: 'run' | 'model',
  fewest: number,
): MetricLine | undefined {
  const fields = line.trim().split(' ');
  if (fields.length === 1 && fields[0] === '') return undefined;
  const [time = '', value = '', step = '0', ...rest] = fields;
  const runId = of === 'model' ? rest.shift() : undefined;
  const digest = rest.pop();
  const name = rest.join(' ');
  const timestampMs = INTEGER.test(time) ? Number(time) : Number.NaN;
  const stepNumber = INTEGER.test(step) ? Number(step) : Number.NaN;
  const read = readNumber(value);
  const isWhole =
    fields.length >= (of === 'model' ? 4 : fewest) &&
    Number.isSafeInteger(timestampMs) &&
    timestampMs >= 0 &&
    Number.isSafeInteger(stepNumber) &&
    read !== undefined &&
    (digest === undefined) === (name === '');
  if (!isWhole || read === undefined) {
    throw new Unreadable(
      place,
      `Line ${number} is not "<milliseconds> <value> <step>": ${JSON.stringify(line.slice(0, 80))}.`,
    );
  }
  return {
    timestampMs,
    value: read,
    // "-0" is a step like 0.
    step: stepNumber + 0,
    ...(digest === undefined ? {} : { dataset: { name, digest } }),
    ...(runId === undefined ? {} : { runId }),
  };
}

/** Parses a number like Python's `float`. Returns `undefined` if the text is not a number. */
function readNumber(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  const word = WORD.exec(text);
  if (word === null) return undefined;
  if (word[2] !== undefined) return Number.NaN;
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
