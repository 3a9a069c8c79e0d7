import { assertAlias, assertModelName } from '@tidemark/core';
import { z } from 'zod';
import { checkedText } from '../policy-text/checked-text.ts';
import { eachOnce } from '../policy-text/each-once.ts';
import { mapping } from '../policy-text/mapping.ts';
import type { Asked } from '../rules/gate-rule.ts';
import { RULES } from '../rules/rules.ts';
import type { ModelPolicy, Policy, VersionSelector } from './policy.ts';

const alias = checkedText(assertAlias);

const candidate = z
  .preprocess(
    // Absent and "latest" mean the same, so one form remains to be checked.
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

const baseline = mapping({
  alias,
  when_absent: z.enum(['skip', 'fail']).default('fail'),
}).transform(({ when_absent, ...rest }) => ({ ...rest, whenAbsent: when_absent }));

const rules = RULES.filter((rule) => 'key' in rule);

const model = mapping({
  name: checkedText(assertModelName),
  candidate,
  baseline: baseline.exactOptional(),
  ...Object.fromEntries(rules.map(({ key, schema }) => [key, schema.exactOptional()])),
})
  .transform(({ name, candidate: version, baseline: compared, ...rest }): ModelPolicy => {
    // The rules' schemas give these types, but the compiler cannot see that through a shape that is built from a list.
    const asked = rest as Readonly<Record<string, readonly Asked[]>>;
    return {
      name,
      candidate: version,
      ...(compared === undefined ? {} : { baseline: compared }),
      asked: rules.flatMap(({ key }) => asked[key] ?? []),
    };
  })
  .superRefine((it, context) => {
    if (it.asked.length === 0) {
      const keys = listed(rules.map(({ key }) => key));
      context.addIssue(`has no rules for this model: give ${keys}`);
    }
    const compares = it.asked.some(({ reads }) => reads.baseline !== undefined);
    if (compares && it.baseline === undefined) {
      context.addIssue('compares with a baseline: name it, such as baseline: {alias: champion}');
    }
    if (!compares && it.baseline !== undefined) {
      const ways = rules.flatMap(({ comparing = [] }) => comparing).map((way) => `give ${way}`);
      context.addIssue(`has a baseline without a comparison: ${ways.join(', or ')}`);
    }
  });

/** The schema of the policy file. Unknown keys are errors, and the result is a `Policy`. */
export const policyFile: z.ZodType<Policy> = mapping({
  version: z.literal(1, 'must be 1, the only version of the policy format'),
  defaults: mapping({ on_missing: z.enum(['fail', 'skip']).default('fail') }).default({
    on_missing: 'fail',
  }),
  models: z
    .array(model)
    .min(1, 'is empty: a gate without models would pass everything')
    .superRefine(eachOnce('name')),
}).transform(({ defaults, models }) => ({ onMissing: defaults.on_missing, models }));

/** `a, b or c` */
function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
