import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from './parse-policy.ts';

const FULL = `
version: 1
defaults: {on_missing: skip}
models:
  - name: penguins
    candidate: {alias: challenger}
    baseline: {alias: champion, when_absent: skip}
    tags:
      require:
        - {key: passed-gdpr-review, equals: "true", bound_to: [digest]}
        - {key: stage, equals: staging}
      forbid:
        - {key: quarantined}
        - {key: status, equals: withdrawn}
    metrics:
      - {name: accuracy, direction: higher, threshold: 0.8, max_regression: {absolute: 0.005}}
      - {name: loss, direction: lower, min_improvement: {relative: 0.02}}
    schema: {inputs: backward-compatible, outputs: backward-compatible}
  - name: whales
    candidate: {version: 3}
    metrics:
      - {name: auc, direction: higher, threshold: 0}
`;

/** A minimal policy, with more keys for its only model. */
function policyWith(model: string): string {
  return `version: 1\nmodels:\n  - name: m\n    ${model.replaceAll('\n', '\n    ')}\n`;
}

const METRIC = 'metrics: [{name: a, direction: higher, threshold: 1}]';

describe('a policy', () => {
  it('is parsed with all of its keys', () => {
    const { onMissing, models } = parsePolicy(FULL);
    expect(onMissing).toBe('skip');
    expect(models.map(({ asked, ...model }) => model)).toEqual([
      {
        name: 'penguins',
        candidate: { kind: 'alias', alias: 'challenger' },
        baseline: { alias: 'champion', whenAbsent: 'skip' },
      },
      { name: 'whales', candidate: { kind: 'version', version: 3 } },
    ]);
    const asked = models.map((model) => model.asked.map(({ key, item }) => ({ key, item })));
    expect(asked).toEqual([
      [
        {
          key: 'tags',
          item: {
            kind: 'require',
            tag: { key: 'passed-gdpr-review', equals: 'true', boundToDigest: true },
          },
        },
        {
          key: 'tags',
          item: {
            kind: 'require',
            tag: { key: 'stage', equals: 'staging', boundToDigest: false },
          },
        },
        { key: 'tags', item: { kind: 'forbid', tag: { key: 'quarantined' } } },
        { key: 'tags', item: { kind: 'forbid', tag: { key: 'status', equals: 'withdrawn' } } },
        {
          key: 'metrics',
          item: {
            name: 'accuracy',
            direction: 'higher',
            threshold: 0.8,
            maxRegression: { kind: 'absolute', amount: 0.005 },
          },
        },
        {
          key: 'metrics',
          item: {
            name: 'loss',
            direction: 'lower',
            minImprovement: { kind: 'relative', amount: 0.02 },
          },
        },
        { key: 'schema', item: 'inputs' },
        { key: 'schema', item: 'outputs' },
      ],
      [{ key: 'metrics', item: { name: 'auc', direction: 'higher', threshold: 0 } }],
    ]);
  });

  it('by default fails on missing values, uses the latest version, and requires its baseline', () => {
    const compared = 'metrics: [{name: a, direction: lower, max_regression: {absolute: 0}}]';
    for (const candidate of ['', '\ncandidate: latest']) {
      const policy = parsePolicy(policyWith(`baseline: {alias: prod}\n${compared}${candidate}`));
      expect(policy).toMatchObject({
        onMissing: 'fail',
        models: [
          { candidate: { kind: 'latest' }, baseline: { alias: 'prod', whenAbsent: 'fail' } },
        ],
      });
    }
  });

  it.each([
    [
      'an unknown key at the top',
      'version: 1\nmodel: []\n',
      'unknown key "model"; allowed here are version, defaults, models',
    ],
    ['another version', 'version: 2\nmodels: []\n', 'version: must be 1'],
    ['no models', 'version: 1\n', 'models: '],
    ['an empty list of models', 'version: 1\nmodels: []\n', 'models: is empty'],
    ['a model twice', `${policyWith(METRIC)}  - name: m\n    ${METRIC}\n`, 'models: has "m" twice'],
    ['a model without rules', policyWith('candidate: latest'), 'has no rules for this model'],
    ['an invalid model name', policyWith(METRIC).replace('name: m', 'name: a/b'), 'models[0].name'],
    [
      'a rule that is not enforced yet',
      policyWith(`${METRIC}\nlineage: {}`),
      'unknown key "lineage"',
    ],
    [
      'max_age',
      policyWith('tags: {require: [{key: a, equals: "1", max_age: 90d}]}'),
      'models[0].tags.require[0]: unknown key "max_age"; allowed here are key, equals, bound_to',
    ],
    [
      'a tag that may have any value',
      policyWith('tags: {require: [{key: a}]}'),
      'models[0].tags.require[0].equals',
    ],
    [
      'a tag that is a boolean',
      policyWith('tags: {require: [{key: a, equals: true}]}'),
      'write it in quotes',
    ],
    ['a tag twice', policyWith('tags: {forbid: [{key: a}, {key: a}]}'), 'has "a" twice'],
    [
      'a tag bound to a commit',
      policyWith('tags: {require: [{key: a, equals: "1", bound_to: [commit]}]}'),
      'bound_to',
    ],
    [
      'no direction',
      policyWith('metrics: [{name: a, threshold: 1}]'),
      'models[0].metrics[0].direction',
    ],
    [
      'a metric without rules',
      policyWith('metrics: [{name: a, direction: lower}]'),
      'give threshold',
    ],
    [
      'a threshold that is text',
      policyWith('metrics: [{name: a, direction: lower, threshold: high}]'),
      'threshold',
    ],
    [
      'a threshold that is not a number',
      policyWith('metrics: [{name: a, direction: lower, threshold: .nan}]'),
      'threshold',
    ],
    [
      'an infinite threshold',
      policyWith('metrics: [{name: a, direction: lower, threshold: .inf}]'),
      'threshold',
    ],
    [
      'percents for a share',
      policyWith(
        'baseline: {alias: c}\nmetrics: [{name: a, direction: lower, max_regression: {relative: 5}}]',
      ),
      '0.05 is 5 %',
    ],
    [
      'two margins in one',
      policyWith(
        'baseline: {alias: c}\nmetrics: [{name: a, direction: lower, max_regression: {relative: 0.1, absolute: 1}}]',
      ),
      'give one of absolute and relative',
    ],
    [
      'a negative margin',
      policyWith(
        'baseline: {alias: c}\nmetrics: [{name: a, direction: lower, max_regression: {absolute: -1}}]',
      ),
      'absolute',
    ],
    [
      'a comparison without a baseline',
      policyWith('metrics: [{name: a, direction: lower, max_regression: {absolute: 1}}]'),
      'name it, such as baseline',
    ],
    [
      'a baseline without a comparison',
      policyWith(`${METRIC}\nbaseline: {alias: c}`),
      'has a baseline without a comparison',
    ],
    [
      'an invalid alias',
      policyWith(`${METRIC}\ncandidate: {alias: latest}`),
      'models[0].candidate.alias',
    ],
    [
      'two candidates in one',
      policyWith(`${METRIC}\ncandidate: {alias: a, version: 1}`),
      'give one of alias and version',
    ],
    ['a candidate that is a word', policyWith(`${METRIC}\ncandidate: newest`), 'write latest'],
    ['an empty candidate', policyWith(`${METRIC}\ncandidate:`), 'write latest'],
    [
      'an unknown key in a candidate',
      policyWith(`${METRIC}\ncandidate: {tag: x}`),
      'unknown key "tag"; allowed here are alias, version',
    ],
    ['an empty schema', policyWith('baseline: {alias: c}\nschema: {}'), 'give inputs or outputs'],
    [
      'another compatibility',
      policyWith('baseline: {alias: c}\nschema: {inputs: full}'),
      'backward-compatible',
    ],
    ['a list', '- version: 1\n', 'expected a mapping of version'],
    ['a YAML mistake', 'version: 1\nmodels: [\n', 'line 3'],
    ['a key twice', 'version: 1\nversion: 1\n', 'line 2'],
    ['two documents', `${FULL}---\nversion: 1\n`, 'line'],
    ['a tag of YAML', 'version: !!int "1"\nmodels: !foo []\n', 'line 2'],
    ['too much text', `# ${'x'.repeat(300_000)}`, 'characters'],
  ])('with %s is refused', (_, text, message) => {
    expect(() => parsePolicy(text)).toThrow(
      expect.objectContaining({
        code: 'POLICY_INVALID',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('with aliases that multiply without bound is refused', () => {
    const levels = Array.from({ length: 20 }, (_, level) => {
      const before = `*l${level - 1}`;
      return `l${level}: &l${level} [${level === 0 ? '1' : Array(9).fill(before).join(', ')}]`;
    });
    expect(() => parsePolicy(levels.join('\n'))).toThrow(/cannot be used/);
  });

  it('with an unknown key is refused, wherever it is', () => {
    const mappings = FULL.split('{').length - 1;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: mappings }),
        fc.stringMatching(/^[a-z_]{1,12}$/).map((key) => `x-${key}`),
        (place, key) => {
          const parts = FULL.split('{');
          const text = `${parts.slice(0, place).join('{')}{${key}: 1, ${parts.slice(place).join('{')}`;
          expect(() => parsePolicy(text)).toThrow(`unknown key "${key}"`);
        },
      ),
    );
  });
});
