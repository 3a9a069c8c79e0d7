import { isSameTarget, requiredTag } from '../chain/transition-rule.ts';
import type {
  ModelVersion,
  RegisteredModel,
  TransitionRequest,
  TransitionRule,
  TransitionTarget,
} from '../model/registered-model.ts';

/** A condition of a rule that does not hold. */
export interface MissingForTransition {
  readonly kind: 'approvals' | 'tag' | 'files';
  /** The text for people, as the object of "needs". */
  readonly text: string;
}

/** The values that a rule needs in addition to the model. */
export interface TransitionGround {
  readonly version: ModelVersion;
  readonly target: TransitionTarget;
  /** The open request that the transition would grant; absent for a direct transition. */
  readonly request?: TransitionRequest;
  /** The digest of the version's files as they are recorded now; `undefined` if they are not in the store. */
  readonly digestNow: string | undefined;
}

/** Returns the rules of a model for a target. */
export function rulesFor(model: RegisteredModel, target: TransitionTarget): TransitionRule[] {
  return model.rules.filter((rule) => isSameTarget(rule.target, target));
}

/** Returns the conditions of the model's rules that do not hold for a transition; empty if it is allowed. */
export function judgeTransition(
  model: RegisteredModel,
  ground: TransitionGround,
): MissingForTransition[] {
  const rules = rulesFor(model, ground.target);
  if (rules.length === 0) return [];
  return [...judgeFiles(ground), ...rules.flatMap((rule) => judgeRule(rule, ground))];
}

/** Whether one more approval by this person would count for a rule. */
export function approvalCounts(
  rule: TransitionRule,
  request: TransitionRequest,
  version: ModelVersion,
  by: { readonly name: string; readonly authenticated: boolean },
): boolean {
  const { approverNot = 'requester', approvers, authenticated = false } = rule;
  return (
    by.name !== request.by.name &&
    (approverNot === 'requester' || by.name !== version.createdBy.name) &&
    (approvers === undefined || approvers.includes(by.name)) &&
    (!authenticated || by.authenticated)
  );
}

/** Returns who may approve by a rule, for people: "a person other than ada". */
export function approversText(
  rule: TransitionRule,
  request: TransitionRequest | undefined,
  version: ModelVersion,
): string {
  const requester = request?.by.name ?? 'the requester';
  const author = version.createdBy.name;
  const others =
    rule.approverNot === 'requester-or-author' && author !== requester
      ? `${requester} and ${author}`
      : requester;
  const who =
    rule.approvers === undefined
      ? `a person other than ${others}`
      : `${rule.approvers.join(', ')} (not ${others})`;
  return rule.authenticated === true ? `${who}, authenticated by a server` : who;
}

function judgeFiles({ version, digestNow }: TransitionGround): MissingForTransition[] {
  const { artifactsDigest } = version;
  if (artifactsDigest === undefined || digestNow === artifactsDigest) return [];
  const now = digestNow === undefined ? 'no record of them is left' : `now ${digestNow}`;
  return [{ kind: 'files', text: `the files that it was registered with (${now})` }];
}

function judgeRule(rule: TransitionRule, ground: TransitionGround): MissingForTransition[] {
  const { version, request } = ground;
  const needed = rule.approvals ?? 0;
  // One person may have approved twice: with a claimed name, and authenticated.
  const counted = new Set(
    request?.approvals
      .filter(({ by }) => approvalCounts(rule, request, version, by))
      .map(({ by }) => by.name),
  ).size;
  const missing: MissingForTransition[] = [];
  if (counted < needed) {
    const short = needed - counted;
    const more = `${short} ${counted > 0 ? 'more ' : ''}approval${short === 1 ? '' : 's'}`;
    missing.push({
      kind: 'approvals',
      text: `${more} by ${approversText(rule, request, version)}`,
    });
  }
  for (const tag of rule.tags ?? []) {
    const text = judgeTag(tag, version);
    if (text !== undefined) missing.push({ kind: 'tag', text });
  }
  return missing;
}

function judgeTag(required: string, version: ModelVersion): string | undefined {
  const { key, value } = requiredTag(required);
  const tag = version.tags.find((candidate) => candidate.key === key);
  if (tag === undefined) return `the tag ${required}`;
  if (value !== undefined && tag.value !== value) {
    return `the tag ${required} (it is ${JSON.stringify(tag.value)})`;
  }
  const { artifactsDigest } = version;
  if (artifactsDigest === undefined) {
    return `the tag ${required} for files that a digest pins (register it from a logged model)`;
  }
  if (tag.evidence.digest === artifactsDigest) return undefined;
  const { digest } = tag.evidence;
  return `the tag ${required}, set for these files (it names ${digest === undefined ? 'no digest' : `the digest ${digest}`})`;
}
