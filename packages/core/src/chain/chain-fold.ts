import { canonicalJson } from '../digest/canonical-json.ts';
import type { ModelVersion } from '../model/registered-model.ts';
import type { ModelArrived } from './changes/model-arrived.ts';
import type { CommitStamp } from './commit-stamp.ts';
import type { ChainEnd, ChainedCommit, RegistryChain } from './registry-chain.ts';
import type { PlainChange } from './registry-change.ts';
import { applyModelChange, newModel } from './registry-fold.ts';
import { singleChanges } from './single-changes.ts';

/** The state that the changes of a commit modify; the head is set after all of them. */
type ChainState = Pick<
  RegistryChain,
  'model' | 'lastVersion' | 'versionMarks' | 'ended' | 'arriving'
>;

/**
 * Applies a commit to its chain. Throws a plain Error if the commit does not fit the commits before it; readers turn
 * that into STORE_DAMAGED.
 */
export function applyCommit(
  before: RegistryChain | undefined,
  commit: ChainedCommit,
): RegistryChain {
  const { model: name, number, hash } = commit;
  const changes = singleChanges(commit);
  let state: ChainState = before === undefined ? EMPTY : decided(before, changes[0]?.change);
  const isWhole = changes.some(
    ({ change: { kind } }) => kind === 'model-renamed' || kind === 'model-arrived',
  );
  if (isWhole && changes.length > 1)
    throw new Error('a rename is in one commit with other changes');
  for (const { change, by, atMs } of changes) {
    state = applyChange(name, state, change, { by, atMs });
  }
  return { name, ...state, head: { number, hash } };
}

/**
 * Decides a started rename, as soon as its old chain has a commit after the head that the rename was made from. `next`
 * is that commit; `undefined` while it does not exist.
 */
export function settleArrival(
  chain: RegistryChain,
  next: ChainedCommit | undefined,
): RegistryChain {
  const { arriving } = chain;
  if (arriving === undefined || next === undefined) return chain;
  const [change] = next.changes;
  const isRenamed =
    next.previous === arriving.from.hash &&
    change?.kind === 'model-renamed' &&
    change.to === chain.name;
  const { arriving: _, ...rest } = chain;
  if (isRenamed) return { ...rest, ...arrived(chain, arriving) };
  return { ...rest, ended: { kind: 'withdrawn', by: next.by, atMs: next.atMs } };
}

const EMPTY: ChainState = { lastVersion: 0, versionMarks: {} };

/**
 * Returns the chain as the author of the next commit saw it. A commit that creates a model means that the arrival did
 * not happen. Any other commit was made on the model that arrived.
 */
function decided(chain: RegistryChain, next: PlainChange | undefined): ChainState {
  const { lastVersion, versionMarks, model, ended, arriving } = chain;
  if (arriving === undefined) {
    return { lastVersion, versionMarks, ...(model && { model }), ...(ended && { ended }) };
  }
  const beginsAnew = next?.kind === 'model-created' || next?.kind === 'model-arrived';
  return beginsAnew ? { lastVersion, versionMarks } : arrived(chain, arriving);
}

function arrived(chain: ChainState, { model, lastVersion }: ModelArrived): ChainState {
  const versionMarks: Record<number, string> = { ...chain.versionMarks };
  for (const { version } of model.versions) delete versionMarks[version];
  // The greatest of all numbers, whatever the commit says.
  const last = model.versions.reduce(
    (greatest, { version }) => Math.max(greatest, version),
    Math.max(chain.lastVersion, lastVersion),
  );
  return { model, lastVersion: last, versionMarks };
}

function applyChange(
  name: string,
  state: ChainState,
  change: PlainChange,
  stamp: CommitStamp,
): ChainState {
  const { lastVersion, versionMarks, model } = state;
  const numbers = { lastVersion, versionMarks };
  if (change.kind === 'model-created') {
    if (model !== undefined) throw new Error('"model-created" twice');
    return { ...numbers, model: newModel(name, change.description, stamp) };
  }
  if (change.kind === 'model-arrived') {
    if (model !== undefined) throw new Error('a model arrives where there is one');
    if (change.model.name !== name) throw new Error('a model arrives under another name');
    const reused = reusedNumber(numbers, change);
    if (reused !== undefined) throw new Error(`version ${reused} was another one before`);
    // As in MLflow, the rename is the last update of the model and of each version.
    const lastUpdateTimeMs = stamp.atMs;
    const versions = change.model.versions.map((version) => ({ ...version, lastUpdateTimeMs }));
    const renamed = { ...change.model, versions, lastUpdateTimeMs };
    return { ...numbers, arriving: { ...change, model: renamed } };
  }
  if (model === undefined) throw new Error(`"${change.kind}" where there is no model`);
  const end = (rest: Pick<ChainEnd, 'kind' | 'to'>): ChainState => ({
    lastVersion,
    versionMarks: { ...versionMarks, ...marksOf(model.versions) },
    ended: { ...rest, by: stamp.by, atMs: stamp.atMs },
  });
  switch (change.kind) {
    case 'model-deleted':
      return end({ kind: 'deleted' });
    case 'model-renamed':
      return end({ kind: 'renamed', to: change.to });
    case 'version-created':
      assertUnused(state, change.version);
      return {
        lastVersion: Math.max(lastVersion, change.version),
        versionMarks,
        model: applyModelChange(model, change, stamp),
      };
    case 'version-deleted': {
      const left = model.versions.filter(({ version }) => version === change.version);
      return {
        lastVersion,
        versionMarks: { ...versionMarks, ...marksOf(left) },
        model: applyModelChange(model, change, stamp),
      };
    }
    default:
      return { ...numbers, model: applyModelChange(model, change, stamp) };
  }
}

/**
 * Returns a version number of an arriving model that belonged to another version in this chain; `undefined` if there
 * is no such number.
 */
export function reusedNumber(
  { versionMarks }: Pick<RegistryChain, 'versionMarks'>,
  arriving: Pick<ModelArrived, 'model'>,
): number | undefined {
  return arriving.model.versions.find((version) => {
    const mark = versionMarks[version.version];
    return mark !== undefined && mark !== versionMark(version);
  })?.version;
}

function assertUnused({ model, lastVersion, versionMarks }: ChainState, number: number): void {
  // Mostly the next number, so that a chain of many versions is folded in a time that grows with their number.
  if (number > lastVersion) return;
  const isTaken = model?.versions.some(({ version }) => version === number) === true;
  if (isTaken || versionMarks[number] !== undefined) throw new Error(`version ${number} twice`);
}

function marksOf(versions: readonly ModelVersion[]): Record<number, string> {
  return Object.fromEntries(versions.map((version) => [version.version, versionMark(version)]));
}

/** Returns a mark of the properties that never change: two versions with the same mark are the same version. */
function versionMark(
  version: Pick<ModelVersion, 'creationTimeMs' | 'source' | 'artifactsDigest' | 'runId'>,
): string {
  const { creationTimeMs, source, artifactsDigest = '', runId = '' } = version;
  return canonicalJson([creationTimeMs, source, artifactsDigest, runId]);
}
