import { z } from 'zod';
import { TidemarkError } from '../errors.ts';
import { assertAlias, assertKey } from '../model/names.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { TransitionRule, TransitionTarget } from '../model/registered-model.ts';

/** The most approvals that a rule may ask for, far above the size of a team of reviewers. */
const MOST_APPROVALS = 100;

/** Schema of a target in a commit. */
export const transitionTarget: z.ZodType<TransitionTarget> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('stage'),
    stage: z.enum(['None', 'Staging', 'Production', 'Archived']),
  }),
  z.strictObject({ kind: z.literal('alias'), alias: z.string().min(1) }),
]);

/** Schema of a rule in a commit. It is strict, because an unknown condition must not be ignored. */
export const transitionRule: z.ZodType<TransitionRule> = z.strictObject({
  target: transitionTarget,
  approvals: z.int().min(0).max(MOST_APPROVALS).exactOptional(),
  approverNot: z.enum(['requester', 'requester-or-author']).exactOptional(),
  approvers: z.array(z.string().min(1)).min(1).exactOptional(),
  authenticated: z.boolean().exactOptional(),
  tags: z.array(z.string().min(1)).min(1).exactOptional(),
});

/**
 * Parses the rules that a caller passes.
 * @throws INVALID_ARGUMENT for a malformed rule or one that can never hold, INVALID_KEY for an invalid tag or alias
 */
export function parseTransitionRules(value: unknown): TransitionRule[] {
  assertArguments({ value }, 'parseTransitionRules', { value: 'objects' });
  const parsed = z.array(transitionRule).safeParse(value);
  if (!parsed.success) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `These rules cannot be used: ${z.prettifyError(parsed.error)}`,
    );
  }
  for (const rule of parsed.data) {
    if (rule.target.kind === 'alias') assertAlias(rule.target.alias);
    for (const tag of rule.tags ?? []) assertKey(requiredTag(tag).key, 'tag');
    const { approvals = 0, approvers } = rule;
    const asks = approvers !== undefined || rule.authenticated === true || rule.approverNot;
    if (approvals === 0 && asks) {
      throw unusable(rule, 'says whose approval counts, but asks for none: set approvals');
    }
    if (approvers !== undefined && new Set(approvers).size < approvals) {
      throw unusable(rule, `asks for ${approvals} approvals by ${approvers.length} people`);
    }
    if (approvals === 0 && rule.tags === undefined) {
      throw unusable(rule, 'asks for nothing: set approvals or tags, or leave the rule out');
    }
  }
  return parsed.data;
}

/** Parses a required tag: `key`, or `key=value` (a key never contains an equals sign). */
export function requiredTag(text: string): { key: string; value?: string } {
  const at = text.indexOf('=');
  return at === -1 ? { key: text } : { key: text.slice(0, at), value: text.slice(at + 1) };
}

/** Returns a target as text for people: `Production` or `@champion`. */
export function targetText(target: TransitionTarget): string {
  assertArguments({ target }, 'targetText', { target: 'object' });
  return target.kind === 'stage' ? target.stage : `@${target.alias}`;
}

/** Whether two targets are the same stage or alias. */
export function isSameTarget(a: TransitionTarget, b: TransitionTarget): boolean {
  return targetText(a) === targetText(b);
}

function unusable(rule: TransitionRule, problem: string): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The rule for ${targetText(rule.target)} cannot be used: it ${problem}.`,
    { details: { rule } },
  );
}
