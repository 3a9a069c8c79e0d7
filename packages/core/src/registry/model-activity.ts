import type { Known, RegistryActivity } from '../chain/activity.ts';
import type { ChainedCommit } from '../chain/registry-chain.ts';
import { changeKind } from '../chain/registry-change.ts';
import { singleChanges } from '../chain/single-changes.ts';
import { assertArguments } from '../model/plain-input.ts';

/** Returns the activities of a registered model, one for each change, from its commits in their order. */
export function modelActivity(commits: Iterable<ChainedCommit>): RegistryActivity[] {
  assertArguments({ commits }, 'modelActivity', { commits: 'iterable' });
  const about: Known = { stages: new Map(), requests: new Map(), comments: new Map() };
  const activity: RegistryActivity[] = [];
  for (const commit of commits) {
    assertArguments({ commit }, 'modelActivity', { commit: 'object' });
    assertArguments(commit, 'modelActivity', { changes: 'objects' });
    const { model, number, hash, replayed } = commit;
    for (const { change, by, atMs, broughtIn } of singleChanges(commit)) {
      activity.push({
        by,
        atMs,
        model,
        commit: { number, hash },
        ...(replayed === undefined ? {} : { replayed }),
        ...(broughtIn === undefined ? {} : { broughtIn }),
        ...changeKind(change).describe(change, about),
      });
    }
  }
  return activity;
}
