import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../model/run.ts';
import { anyRun, anyRunFilter } from '../testing/search-arbitraries.ts';
import type { Filter, FilterField } from './filter.ts';
import { matchFilter } from './match-filter.ts';
import { parseFilter } from './parse-filter.ts';
import { printFilter } from './print-filter.ts';
import { RUN_TARGET } from './run-target.ts';
import type { SearchTargetName } from './search-target.ts';

describe('a filter', () => {
  it('is parsed to a typed tree', () => {
    expect(parseFilter('runs', "metrics.loss < 0.1 and params.lr = '0.1'")).toEqual({
      kind: 'and',
      operands: [
        {
          kind: 'comparison',
          field: { entity: 'metric', key: 'loss' },
          operator: '<',
          value: 0.1,
        },
        {
          kind: 'comparison',
          field: { entity: 'param', key: 'lr' },
          operator: '=',
          value: '0.1',
        },
      ],
    });
    expect(parseFilter('runs', ' \n')).toBeUndefined();
  });

  it.each([
    ['without parentheses', "user_id='a' or user_id='b' and status='c'"],
    ['with parentheses', "user_id = 'a' OR (user_id = 'b' AND status = 'c')"],
  ])('binds AND more tightly than OR: %s', (_what, text) => {
    expect(printFilter(parseFilter('runs', text) as Filter)).toBe(
      "user_id = 'a' OR (user_id = 'b' AND status = 'c')",
    );
  });

  it.each([
    ['parameter.x = "y"', "params.x = 'y'"],
    ['metric.`val loss`>=-1e-3', 'metrics.`val loss` >= -0.001'],
    ['tags."a""b" is not null', 'tags.`a"b` IS NOT NULL'],
    ["attr.status != 'FAILED'", "status != 'FAILED'"],
    ["run.`Run name` ilike 'x%'", "run_name ILIKE 'x%'"],
    ['Created > 5', 'start_time > 5'],
    ["dataset.name not in ('it''s', 'b')", "datasets.name NOT IN ('it''s', 'b')"],
    ['metrics.a in (1, NaN, -Infinity)', 'metrics.a IN (1, NaN, -Infinity)'],
    ["not (not tags.mlflow.user = 'x')", "NOT NOT tags.mlflow.user = 'x'"],
  ])('%s is printed as %s', (text, printed) => {
    expect(printFilter(parseFilter('runs', text) as Filter)).toBe(printed);
  });

  it('is the same when it is printed and parsed again', () => {
    fc.assert(
      fc.property(anyRunFilter, (filter) => {
        expect(parseFilter('runs', printFilter(filter))).toEqual(filter);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a mistake in a filter', () => {
  it('is shown at its place, with what is expected there', () => {
    const lines = [
      "Invalid clause(s) in filter string: 'xor'. Expected AND, OR or the end of the filter.",
      '  metrics.loss < 0.1 xor 5',
      `  ${' '.repeat('metrics.loss < 0.1 '.length)}^`,
    ];
    expect(() => parseFilter('runs', 'metrics.loss < 0.1 xor 5')).toThrow(lines.join('\n'));
  });

  it('is reported if it nests too deeply', () => {
    expect(() => parseFilter('runs', '('.repeat(100_000))).toThrow('deeper than 200 levels');
    expect(() => parseFilter('runs', 'NOT '.repeat(100_000))).toThrow('deeper than 200 levels');
  });

  it.each<[SearchTargetName, string, string, number]>([
    [
      'runs',
      'loss < 1',
      "Invalid attribute key 'loss' specified. Of runs you can name: run_id,",
      0,
    ],
    ['runs', 'metric.a LIKE 1', "Invalid comparator 'LIKE' not one of '=, !=, <,", 9],
    ['runs', "metric.a = '1'", "Expected numeric value type for metric. Found '1'", 11],
    [
      'runs',
      'param.a = 0.1',
      "Expected a quoted string value for parameter (e.g. 'my-value').",
      10,
    ],
    [
      'runs',
      'tag.a = b',
      "Expected a quoted string value for tag (e.g. 'my-value'). Got value b",
      8,
    ],
    [
      'runs',
      "start_time = 'x'",
      'Expected numeric value type for numeric attribute: start_time',
      13,
    ],
    ['runs', 'foo.a = 1', "Invalid entity type 'foo'.", 0],
    ['runs', "dataset.x = ''", "Invalid dataset key 'x' specified. Valid keys are: name,", 0],
    ['runs', "params.a > 'b'", "Invalid comparator '>' not one of '=, !=, LIKE", 9],
    ['runs', 'metrics.a IN ()', "')'. Expected a value", 14],
    ['runs', '(metrics.a = 1', 'the end. Expected AND, OR or a closing parenthesis', 14],
    ['runs', "params.a = 'b", "the quote ' is not closed", 11],
    ['runs', 'metrics.a = 1 AND', 'the end. Expected a field: run_id', 17],
    ['runs', 'metrics.a IS 5', 'Expected NULL or NOT NULL after IS', 13],
    ['runs', 'metrics. `a` = 5', "a key right after 'metrics.'", 9],
    ['runs', 'metrics.a == 5', "'='. Expected a value: equality is written =, not ==.", 11],
    ['runs', 'metrics.a = 5 && x', "'&' has no meaning here. Write AND instead of &&.", 14],
    ['runs', 'metrics.a = 5 || x', "'|' has no meaning here. Write OR instead of ||.", 14],
    ['runs', '!metrics.a = 5', 'Write NOT before what is to be negated', 0],
    ['runs', 'metrics.a = 1; x', "';' has no meaning here", 13],
    ['runs', "__proto__ = 'x'", "Invalid attribute key '__proto__'", 0],
    ['experiments', 'metrics.a = 1', "Invalid entity type 'metrics'. Of experiments you can", 0],
    ['registered models', "params.a = 'x'", "Invalid entity type 'params'", 0],
    ['model versions', "version_number = '1'", 'numeric attribute: version_number', 17],
    ['logged models', "datasets.name = 'x'", "Invalid entity type 'datasets'", 0],
  ])('of %s: %s', (target, text, message, position) => {
    expect(() => parseFilter(target, text)).toThrow(
      expect.objectContaining({
        code: 'FILTER_INVALID',
        message: expect.stringContaining(message),
        details: { filter: text, position },
      }),
    );
  });

  it('in a long filter is shown with the text before it', () => {
    const text = `metrics.a = 1\n${"AND params.long = 'value' ".repeat(20)}AND ?`;
    expect(() => parseFilter('runs', text)).toThrow(/\n {2}….{44}AND \?\n {51}\^$/);
  });
});

describe('matching', () => {
  it('gives the same result as a second, plain evaluator', () => {
    fc.assert(
      fc.property(anyRunFilter, fc.array(anyRun, { maxLength: 5 }), (filter, runs) => {
        const test = matchFilter(RUN_TARGET, filter);
        for (const run of runs) expect(test(run)).toBe(holds(filter, plain(run)));
      }),
      { numRuns: 2000 },
    );
  });

  it('with LIKE takes bounded time', () => {
    const filter = parseFilter('runs', `run_name LIKE '${'%a'.repeat(40)}%b'`) as Filter;
    const [run] = fc.sample(anyRun, 1) as [Run];
    expect(matchFilter(RUN_TARGET, filter)({ ...run, name: 'a'.repeat(5000) })).toBe(false);
  });
});

/** A run as a list of (field, value), which is not the form that the evaluator reads. */
function plain(run: Run): readonly (readonly [string, number | string])[] {
  const named = <Value>(entity: string, record: Readonly<Record<string, Value>>) =>
    Object.entries(record).map(([key, value]) => [`${entity}/${key}`, value] as const);
  return [
    ['attribute/run_id', run.runId],
    ['attribute/run_name', run.name],
    ['attribute/status', run.status],
    ['attribute/user_id', run.userId],
    ['attribute/start_time', run.startTimeMs],
    ...(run.endTimeMs === undefined ? [] : [['attribute/end_time', run.endTimeMs] as const]),
    ...named('param', run.params),
    ...named('tag', run.tags),
    ...named('metric', run.metrics).map(([field, { value }]) => [field, value] as const),
    ...run.datasets.flatMap(({ dataset, tags }) => [
      ['dataset/name', dataset.name] as const,
      ['dataset/digest', dataset.digest] as const,
      ...Object.values(tags).map((context) => ['dataset/context', context] as const),
    ]),
  ];
}

/** A second, plain evaluator of filters, without regard to speed. */
function holds(filter: Filter, facts: ReturnType<typeof plain>): boolean {
  if (filter.kind === 'and') return !filter.operands.some((operand) => !holds(operand, facts));
  if (filter.kind === 'or') return filter.operands.filter((one) => holds(one, facts)).length > 0;
  if (filter.kind === 'not') return !holds(filter.operand, facts);
  const nameOf = ({ entity, key }: FilterField): string => `${entity}/${key}`;
  const values = facts.filter(([name]) => name === nameOf(filter.field)).map(([, value]) => value);
  if (filter.kind === 'isNull') return filter.negated ? values.length > 0 : values.length === 0;
  for (const value of values) {
    if (filter.kind === 'in') {
      const isIn = filter.values.some((wanted) => ordering(value, wanted) === 'equal');
      if (isIn !== filter.negated) return true;
    } else if (filter.kind === 'like') {
      const source = [...filter.pattern]
        .map((c) => (c === '%' ? '.*' : c === '_' ? '.' : c.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')))
        .join('');
      const pattern = new RegExp(`^${source}$`, filter.caseSensitive ? 'su' : 'sui');
      if (pattern.test(String(value)) !== filter.negated) return true;
    } else {
      const allowed = {
        '=': ['equal'],
        '!=': ['below', 'above', 'apart'],
        '<': ['below'],
        '<=': ['below', 'equal'],
        '>': ['above'],
        '>=': ['above', 'equal'],
      }[filter.operator];
      // `<=` and `>=` do not hold between NaN and NaN, which is neither below nor above itself.
      const isNaNOrder = filter.operator.length === 2 && filter.operator !== '!=';
      if (isNaNOrder && Number.isNaN(value)) continue;
      if (allowed.includes(ordering(value, filter.value))) return true;
    }
  }
  return false;
}

function ordering(a: number | string, b: number | string): 'below' | 'equal' | 'above' | 'apart' {
  if (Number.isNaN(a) || Number.isNaN(b)) {
    return Number.isNaN(a) && Number.isNaN(b) ? 'equal' : 'apart';
  }
  if (a < b) return 'below';
  return a > b ? 'above' : 'equal';
}
