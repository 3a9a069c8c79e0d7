import type { AliasSet } from '../chain/changes/alias-set.ts';
import type { StageSet } from '../chain/changes/stage-set.ts';
import type { ModelChange, RegistryChange } from '../chain/registry-change.ts';
import { applyModelChange } from '../chain/registry-fold.ts';
import { singleChanges } from '../chain/single-changes.ts';
import { isSameTarget, targetText } from '../chain/transition-rule.ts';
import { TidemarkError } from '../errors.ts';
import type {
  Actor,
  ModelVersion,
  RegisteredModel,
  TransitionTarget,
} from '../model/registered-model.ts';
import { judgeTransition, type MissingForTransition, rulesFor } from './judge-transition.ts';

/** Returns the digest of a version's files as they are recorded now; `undefined` if they are not in the store. */
type DigestOf = (version: ModelVersion) => Promise<string | undefined>;

/**
 * Checks the transitions among the changes of one commit against the model's rules, each on the state after the
 * changes before it. @throws TRANSITION_REFUSED with the conditions that do not hold
 */
export async function assertTransitionsAllowed(
  digestOf: DigestOf,
  before: RegisteredModel,
  changes: readonly RegistryChange[],
  by: Actor,
): Promise<void> {
  if (before.rules.length === 0 && !changes.some(({ kind }) => kind === 'rules-set')) return;
  let model = before;
  const stamp = { by, atMs: Date.now() };
  const singles = singleChanges({ ...stamp, changes }).map(({ change }) => change);
  for (const [index, change] of singles.entries()) {
    if (!isModelChange(change)) continue;
    const isMakingRoom = change.kind === 'stage-set' && makesRoom(change, singles.slice(index + 1));
    if ((change.kind === 'stage-set' || change.kind === 'alias-set') && !isMakingRoom) {
      await assertAllowed(digestOf, model, change);
    }
    model = applyModelChange(model, change, stamp);
  }
}

/** Returns the error for a transition that a rule does not allow yet. */
export function transitionRefused(
  model: RegisteredModel,
  version: ModelVersion,
  target: TransitionTarget,
  missing: readonly MissingForTransition[],
): TidemarkError {
  const needs = missing.map(({ text }) => text).join('; ');
  const wayOut = missing.some(({ kind }) => kind === 'approvals')
    ? ` Ask for it with: tidemark models request ${JSON.stringify(model.name)} ${version.version} ${targetText(target)}`
    : '';
  return new TidemarkError(
    'TRANSITION_REFUSED',
    `Version ${version.version} of ${JSON.stringify(model.name)} may not go to ${targetText(target)} yet. It needs ${needs}.${wayOut}`,
    {
      details: {
        model: model.name,
        version: version.version,
        target: targetText(target),
        missing: missing.map(({ text }) => text),
      },
    },
  );
}

async function assertAllowed(
  digestOf: DigestOf,
  model: RegisteredModel,
  change: StageSet | AliasSet,
): Promise<void> {
  const target: TransitionTarget =
    change.kind === 'stage-set'
      ? { kind: 'stage', stage: change.to }
      : { kind: 'alias', alias: change.alias };
  const version = model.versions.find((candidate) => candidate.version === change.version);
  // The fold refuses a version that does not exist.
  if (version === undefined || rulesFor(model, target).length === 0) return;
  const request = version.requests.find(
    (candidate) =>
      candidate.requestId === change.request &&
      candidate.closed === undefined &&
      isSameTarget(candidate.target, target),
  );
  const missing = judgeTransition(model, {
    version,
    target,
    digestNow: await digestOf(version),
    ...(request === undefined ? {} : { request }),
  });
  if (missing.length > 0) throw transitionRefused(model, version, target, missing);
}

/** Whether a version only leaves its stage because another version enters it in the same commit. */
function makesRoom(change: StageSet, rest: readonly RegistryChange[]): boolean {
  return (
    change.cause === 'archived' &&
    change.to === 'Archived' &&
    rest.some(
      (other) =>
        other.kind === 'stage-set' && other.cause !== 'archived' && other.to === change.from,
    )
  );
}

function isModelChange(change: RegistryChange): change is ModelChange {
  switch (change.kind) {
    case 'model-created':
    case 'model-deleted':
    case 'model-renamed':
    case 'model-arrived':
      return false;
    default:
      return true;
  }
}
