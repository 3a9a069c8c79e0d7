import fc from 'fast-check';
import type { ExperimentId, RunId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import type { Filter, FilterField } from '../query/filter.ts';

// Few keys and values, so that filters and runs meet each other.
const key = fc.constantFrom('a', 'b c', '__proto__', 'x/y.z', '`quoted`', 'NOT');
const text = fc.constantFrom('', 'a', 'A', 'ab', 'a%b', "it's", '"', '\n', '🌊', 'ß');
const pattern = fc.constantFrom('', '%', '_', 'a%', '%B', '_%_', 'a', "%'%", '%%a_%', 'ß');
const number = fc.oneof(
  fc.constantFrom(0, -0, 1, 2, -1.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY, -Infinity),
  fc.double(),
);

const numberField: fc.Arbitrary<FilterField> = fc.oneof(
  fc.record({ entity: fc.constant('metric' as const), key }),
  fc.record({
    entity: fc.constant('attribute' as const),
    key: fc.constantFrom('start_time', 'end_time'),
  }),
);
const textField: fc.Arbitrary<FilterField> = fc.oneof(
  fc.record({ entity: fc.constantFrom('param' as const, 'tag' as const), key }),
  fc.record({
    entity: fc.constant('attribute' as const),
    key: fc.constantFrom('run_id', 'run_name', 'status', 'user_id'),
  }),
  fc.record({
    entity: fc.constant('dataset' as const),
    key: fc.constantFrom('name', 'digest', 'context'),
  }),
);

function conditionsOf(
  field: fc.Arbitrary<FilterField>,
  value: fc.Arbitrary<number | string>,
  operators: readonly ('=' | '!=' | '<' | '<=' | '>' | '>=')[],
): fc.Arbitrary<Filter> {
  return fc.oneof(
    fc.record({
      kind: fc.constant('comparison' as const),
      field,
      operator: fc.constantFrom(...operators),
      value,
    }),
    fc.record({
      kind: fc.constant('in' as const),
      field,
      negated: fc.boolean(),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('isNull' as const), field, negated: fc.boolean() }),
  );
}

const condition = fc.oneof(
  conditionsOf(numberField, number, ['=', '!=', '<', '<=', '>', '>=']),
  conditionsOf(textField, text, ['=', '!=']),
  fc.record({
    kind: fc.constant('like' as const),
    field: textField,
    negated: fc.boolean(),
    caseSensitive: fc.boolean(),
    pattern,
  }),
);

/** Any filter of runs. */
export const anyRunFilter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    condition,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('filter') }),
  ),
})).filter;

const texts = fc.dictionary(key, text, { maxKeys: 3 });

/** Any run, with all that a filter can name. */
export const anyRun: fc.Arbitrary<Run> = fc
  .record({
    runId: fc.uuid().map((id) => id.replaceAll('-', '') as RunId),
    experimentId: fc.constant('0' as ExperimentId),
    name: text,
    status: fc.constantFrom('RUNNING' as const, 'FINISHED' as const),
    lifecycleStage: fc.constant('active' as const),
    startTimeMs: fc.nat({ max: 3 }),
    endTimeMs: fc.option(fc.nat({ max: 3 })),
    userId: text,
    params: texts,
    tags: texts,
    metrics: fc.dictionary(key, number, { maxKeys: 3 }),
    datasets: fc.array(
      fc.record({
        dataset: fc.record({
          name: text,
          digest: text,
          sourceType: fc.constant('local'),
          source: text,
        }),
        tags: fc
          .option(text)
          .map(
            (context): Record<string, string> =>
              context === null ? {} : { 'mlflow.data.context': context },
          ),
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ endTimeMs, metrics, ...run }) => ({
    ...run,
    ...(endTimeMs === null ? {} : { endTimeMs }),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [
        name,
        { key: name, value, timestampMs: 0, step: 0 },
      ]),
    ),
    paramConflicts: [],
    modelInputs: [],
    modelOutputs: [],
    artifacts: [],
  }));
