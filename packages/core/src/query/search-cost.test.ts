import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { countSteps } from '../testing/count-steps.ts';
import type { FilterRules, SearchTargetName } from './search-target.ts';

const steps = countSteps('/core/src/query/');
afterAll(() => steps.stop());
// Imported once steps are counted.
const { matchFilter } = await import('./match-filter.ts');
const { parseFilter } = await import('./parse-filter.ts');
const { parseOrderBy } = await import('./parse-order-by.ts');
const { EXPERIMENT_TARGET } = await import('./experiment-target.ts');
const { LOGGED_MODEL_TARGET } = await import('./logged-model-target.ts');
const { MODEL_VERSION_TARGET } = await import('./model-version-target.ts');
const { REGISTERED_MODEL_TARGET } = await import('./registered-model-target.ts');
const { RUN_TARGET } = await import('./run-target.ts');

const dates = { creationTimeMs: 5, lastUpdateTimeMs: 6 };
const tags = [{ key: 'k0', value: 'aab' }];

/** Every search, with an item that has a value for as many keys as there are conditions. */
const SEARCHES: Readonly<
  Record<SearchTargetName, { rules: FilterRules; item: (size: number) => object }>
> = {
  runs: {
    rules: RUN_TARGET,
    item: (size) => ({
      ...{ runId: 'r', name: 'n', status: 'FINISHED', experimentId: '0', startTimeMs: 1 },
      metrics: forEachKey(size, { value: 1 }),
      ...{ params: forEachKey(size, 'aab'), tags: forEachKey(size, 'aab') },
      datasets: [{ dataset: { name: 'd', digest: 'e' }, tags: {} }],
    }),
  },
  experiments: {
    rules: EXPERIMENT_TARGET,
    item: (size) => ({ experimentId: '0', name: 'n', tags: forEachKey(size, 'aab'), ...dates }),
  },
  'registered models': {
    rules: REGISTERED_MODEL_TARGET,
    item: () => ({ name: 'n', tags, ...dates }),
  },
  'model versions': {
    rules: MODEL_VERSION_TARGET,
    item: () => ({ modelName: 'n', version: { version: 1, source: 's', tags, ...dates } }),
  },
  'logged models': {
    rules: LOGGED_MODEL_TARGET,
    item: (size) => {
      const texts = forEachKey(size, 'aab');
      const points = [1, 2, 3].map((value) => ({ value, step: value, timestampMs: 0 }));
      const measured = new Map(Object.entries(forEachKey(size, points)));
      return {
        model: { name: 'n', modelId: 'm', experimentId: '0', params: texts, tags: texts, ...dates },
        ...{ measured, ordering: measured },
      };
    },
  },
};

function forEachKey<Value>(size: number, value: Value): Record<string, Value> {
  return Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, value]));
}

const string = fc
  .tuple(
    fc.constantFrom('= ', '!= ', 'LIKE ', 'NOT ILIKE ', 'IN ('),
    fc.stringMatching(/^[ab%_]{0,6}$/),
  )
  .map(([operator, text]) => `${operator}'${text}'${operator === 'IN (' ? ')' : ''}`);
const number = fc
  .tuple(fc.constantFrom('=', '!=', '<', '>='), fc.double())
  .map(([operator, value]) => `${operator} ${value}`);

/** One condition of a search, for its number in the filter. */
function condition(rules: FilterRules): fc.Arbitrary<(index: number) => string> {
  const attributes = Object.entries(rules.attributes).map(([name, { type }]) =>
    (type === 'number' ? number : string).map((test) => () => `${name} ${test}`),
  );
  const others = rules.entities
    .filter((entity) => entity !== 'dataset')
    .map((entity) =>
      (entity === 'metric' ? number : string).map(
        (test) => (index: number) => `${entity}s.k${index} ${test}`,
      ),
    );
  return fc.oneof(...attributes, ...others);
}

const joined = fc.constantFrom<(conditions: readonly string[]) => string>(
  (conditions) => conditions.join(' AND '),
  (conditions) => conditions.join(' OR '),
  (conditions) => conditions.map((text) => `NOT (${text})`).join(' and '),
  (conditions) => conditions.map((text) => `((${text}) or (name = 'x'))`).join(' AND '),
);

/** Three sizes, each four times the one before. */
function sizesFrom(size: number): readonly [number, number, number] {
  return [size, 4 * size, 16 * size];
}

/** Four times the growth takes four times the steps. A quadratic cost would take sixteen times. */
function expectLinear(cost: (size: number) => number, size: number): void {
  const [small, medium, large] = sizesFrom(size).map(cost) as [number, number, number];
  expect(medium).toBeGreaterThan(small);
  expect(large - medium).toBeLessThanOrEqual(8 * (medium - small));
}

it('the number of steps is the same each time, also in code that runs often', () => {
  const filter = Array.from({ length: 60 }, (_, index) => `metrics.k${index} > 1`).join(' AND ');
  const counts = Array.from({ length: 40 }, () => steps.count(() => parseFilter('runs', filter)));
  expect(new Set(counts).size).toBe(1);
});

describe.each(Object.entries(SEARCHES))('the cost of a search of %s', (name, { rules, item }) => {
  const what = name as SearchTargetName;
  const target = rules as Parameters<typeof matchFilter<object>>[0];

  it('to parse and to evaluate a filter is linear in the number of its conditions', () => {
    const isNamed = 'name' in rules.attributes;
    fc.assert(
      fc.property(condition(rules), joined, (one, join) => {
        const text = (size: number): string =>
          join(Array.from({ length: size }, (_, index) => one(index))).replaceAll(
            "name = 'x'",
            isNamed ? "name = 'x'" : "run_name = 'x'",
          );
        expectLinear((size) => steps.count(() => parseFilter(what, text(size))), 15);
        const tests = new Map(
          sizesFrom(15).map((size) => {
            const filter = parseFilter(what, text(size));
            if (filter === undefined) throw new Error('an empty filter');
            const found = item(size);
            return [size, () => matchFilter(target, filter)(found)];
          }),
        );
        expectLinear((size) => steps.count(tests.get(size) as () => boolean), 15);
      }),
      { numRuns: 12 },
    );
  });

  it('to parse a filter is linear in the number of its values and of its refused words', () => {
    const values = (size: number) => `tags.a IN (${Array(size).fill("'b'").join(', ')})`;
    expectLinear((size) => steps.count(() => parseFilter(what, values(size))), 150);
    const refused = (size: number) => (): void => {
      expect(() => parseFilter(what, `tags.a = 'b' ${'and '.repeat(size)}`)).toThrow();
    };
    expectLinear((size) => steps.count(refused(size)), 150);
  });

  it('to parse an order is linear in the number of its keys', () => {
    const keys = (size: number) =>
      Array.from({ length: size }, (_, index) => `tags.k${index} DESC`);
    expectLinear((size) => steps.count(() => parseOrderBy(rules, [keys(size).join(',')])), 6);
  });
});

// The work of a regular expression is not counted in steps: if it took quadratic time, this test would time out.
it.each([
  ['digits', '1'],
  ['digits behind a dot', '.', '1'],
  ['digits of an exponent', '1e', '1'],
  ['dots', '1.', '.'],
  ['a word', 'tags.', 'k'],
  ['a quote that is not closed', "'", 'a'],
  ['quotes that are not closed', "'a", "''"],
  ['blanks', '', ' \t\n'],
])('a million characters of %s are parsed or refused', (_, begin, repeated = begin) => {
  const long = begin + repeated.repeat((999_000 - begin.length) / repeated.length);
  for (const text of [long, `${long}x`, `tags.a = ${long}x`, `tags.a = 'b' and ${long}!`]) {
    try {
      parseFilter('runs', text);
    } catch (error) {
      expect(error).toMatchObject({ code: 'FILTER_INVALID' });
    }
  }
});
