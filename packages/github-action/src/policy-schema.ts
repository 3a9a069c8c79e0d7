import { assertAlias, assertKey, assertModelName, isTidemarkError } from '@tidemark/core';
import { z } from 'zod';
import type { Margin, Policy, VersionSelector } from './policy.ts';

const tagKey = z.string().superRefine(checkedBy((key) => assertKey(key, 'tag')));
const metricKey = z.string().superRefine(checkedBy((key) => assertKey(key, 'metric')));
const alias = z.string().superRefine(checkedBy(assertAlias));
const modelName = z.string().superRefine(checkedBy(assertModelName));
const tagValue = z.string('a tag is text: write it in quotes, such as "true"');

const margin = mapping({
  absolute: z.number().nonnegative().exactOptional(),
  relative: z
    .number()
    .min(0, 'a share of |baseline| is 0 to 1; 0.05 is 5 %')
    .max(1, 'a share of |baseline| is 0 to 1; 0.05 is 5 %')
    .exactOptional(),
}).transform(({ absolute, relative }, context): Margin => {
  if (absolute !== undefined && relative === undefined)
    return { kind: 'absolute', amount: absolute };
  if (relative !== undefined && absolute === undefined)
    return { kind: 'relative', amount: relative };
  context.addIssue('give one of absolute and relative');
  return z.NEVER;
});

const candidate = z
  .preprocess(
    // Absent and "latest" mean the same; so there is one form that is left to be checked.
    (value) => (value === 'latest' ? undefined : value),
    mapping(
      { alias: alias.exactOptional(), version: z.int().positive().exactOptional() },
      'write latest, {alias: …} or {version: …}',
    ).optional(),
  )
  .transform((given, context): VersionSelector => {
    if (given === undefined) return { kind: 'latest' };
    const { alias: name, version } = given;
    if (name !== undefined && version === undefined) return { kind: 'alias', alias: name };
    if (version !== undefined && name === undefined) return { kind: 'version', version };
    context.addIssue('give one of alias and version, or write latest');
    return z.NEVER;
  });

const requiredTag = mapping({
  key: tagKey,
  equals: tagValue,
  bound_to: z
    .tuple([z.literal('digest')], 'the only thing a tag can be bound to is [digest]')
    .exactOptional(),
}).transform(({ key, equals, bound_to }) => ({
  key,
  equals,
  boundToDigest: bound_to !== undefined,
}));

const tags = mapping({
  require: z.array(requiredTag).superRefine(eachOnce('key')).default([]),
  forbid: z
    .array(mapping({ key: tagKey, equals: tagValue.exactOptional() }))
    .superRefine(eachOnce('key'))
    .default([]),
});

const metric = mapping({
  name: metricKey,
  direction: z.enum(['higher', 'lower']),
  threshold: z.number().exactOptional(),
  max_regression: margin.exactOptional(),
  min_improvement: margin.exactOptional(),
})
  .refine(
    (it) =>
      it.threshold !== undefined ||
      it.max_regression !== undefined ||
      it.min_improvement !== undefined,
    'asks nothing: give threshold, max_regression or min_improvement',
  )
  .transform(({ max_regression, min_improvement, ...rest }) => ({
    ...rest,
    ...(max_regression === undefined ? {} : { maxRegression: max_regression }),
    ...(min_improvement === undefined ? {} : { minImprovement: min_improvement }),
  }));

const compatible = z.literal('backward-compatible', 'can only be backward-compatible');
const schema = mapping({
  inputs: compatible.exactOptional(),
  outputs: compatible.exactOptional(),
})
  .refine((it) => Object.keys(it).length > 0, 'asks nothing: give inputs or outputs')
  .transform((it) => (['inputs', 'outputs'] as const).filter((side) => it[side] !== undefined));

const model = mapping({
  name: modelName,
  candidate,
  baseline: mapping({ alias, when_absent: z.enum(['skip', 'fail']).default('fail') })
    .transform(({ when_absent, ...rest }) => ({ ...rest, whenAbsent: when_absent }))
    .exactOptional(),
  tags: tags.default({ require: [], forbid: [] }),
  metrics: z.array(metric).superRefine(eachOnce('name')).default([]),
  schema: schema.default([]),
})
  .transform(({ tags: { require, forbid }, ...rest }) => ({
    ...rest,
    requiredTags: require,
    forbiddenTags: forbid,
  }))
  .superRefine(({ baseline, requiredTags, forbiddenTags, metrics, ...rest }, context) => {
    if (requiredTags.length + forbiddenTags.length + metrics.length + rest.schema.length === 0) {
      context.addIssue('asks nothing of this model: give tags, metrics or schema');
    }
    const compares =
      rest.schema.length > 0 ||
      metrics.some((it) => it.maxRegression !== undefined || it.minImprovement !== undefined);
    if (compares && baseline === undefined) {
      context.addIssue('compares with a baseline: say which, such as baseline: {alias: champion}');
    }
    if (!compares && baseline !== undefined) {
      context.addIssue(
        'has a baseline that nothing is compared with: give a metric max_regression or min_improvement, or give schema',
      );
    }
  });

/** The policy file as a schema: unknown keys are errors, and what comes out is a `Policy`. */
export const policyFile: z.ZodType<Policy> = mapping({
  version: z.literal(1, 'has to be 1, the only version of the policy format'),
  defaults: mapping({ on_missing: z.enum(['fail', 'skip']).default('fail') }).default({
    on_missing: 'fail',
  }),
  models: z
    .array(model)
    .min(1, 'is empty: a gate that asks nothing of any model would let everything pass')
    .superRefine(eachOnce('name')),
}).transform(({ defaults, models }) => ({ onMissing: defaults.on_missing, models }));

/** A mapping that takes these keys and no other, and says so. */
function mapping<Shape extends z.ZodRawShape>(
  shape: Shape,
  otherwise?: string,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') {
        const unknown = (issue.keys as string[]).map((key) => JSON.stringify(key)).join(', ');
        return `unknown key ${unknown}; allowed here are ${Object.keys(shape).join(', ')}`;
      }
      return otherwise ?? `expected a mapping of ${Object.keys(shape).join(', ')}`;
    },
  });
}

function checkedBy(
  check: (text: string) => void,
): (text: string, context: z.RefinementCtx) => void {
  return (text, context) => {
    try {
      check(text);
    } catch (error) {
      if (!isTidemarkError(error)) throw error;
      context.addIssue(error.message);
    }
  };
}

function eachOnce<Name extends string>(
  name: Name,
): (items: readonly Record<Name, string>[], context: z.RefinementCtx) => void {
  return (items, context) => {
    const seen = new Set<string>();
    for (const item of items) {
      if (seen.has(item[name])) context.addIssue(`has ${JSON.stringify(item[name])} twice`);
      seen.add(item[name]);
    }
  };
}
