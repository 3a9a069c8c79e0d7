import { assertKey } from '@tidemark/core';
import { z } from 'zod';
import { checkedText } from '../policy-text/checked-text.ts';
import { eachOnce } from '../policy-text/each-once.ts';
import { mapping } from '../policy-text/mapping.ts';
import { type ForbiddenTag, judgeForbiddenTag } from './forbidden-tag.ts';
import { type PolicyRule, policyRule } from './gate-rule.ts';
import { judgeRequiredTag, type RequiredTag } from './required-tag.ts';

type AskedTag =
  | { readonly kind: 'require'; readonly tag: RequiredTag }
  | { readonly kind: 'forbid'; readonly tag: ForbiddenTag };

const key = checkedText((text) => assertKey(text, 'tag'));
const value = z.string('a tag is text: write it in quotes, such as "true"');

const requiredTag = mapping({
  key,
  equals: value,
  bound_to: z
    .tuple([z.literal('digest')], 'the only thing a tag can be bound to is [digest]')
    .exactOptional(),
}).transform(({ bound_to, ...tag }) => ({ ...tag, boundToDigest: bound_to !== undefined }));

const forbiddenTag = mapping({ key, equals: value.exactOptional() });

/** The candidate has the required tags, and neither it nor its registered model has a forbidden one. */
export const tags: PolicyRule = policyRule<AskedTag>({
  key: 'tags',
  schema: mapping({
    require: z.array(requiredTag).superRefine(eachOnce('key')).default([]),
    forbid: z.array(forbiddenTag).superRefine(eachOnce('key')).default([]),
  }).transform(({ require, forbid }) => [
    ...require.map((tag) => ({ kind: 'require', tag }) as const),
    ...forbid.map((tag) => ({ kind: 'forbid', tag }) as const),
  ]),
  reads: () => ({}),
  judge: (asked, { model, candidate: { version } }) => [
    asked.kind === 'require'
      ? judgeRequiredTag(asked.tag, version)
      : judgeForbiddenTag(asked.tag, version, model.tags),
  ],
});
