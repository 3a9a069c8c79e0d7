import type {
  ChainedCommit,
  RegistryChain,
  RegistryCommitDraft,
  RegistryEntry,
  RegistryOutline,
} from '../chain/registry-chain.ts';
import type { RegistryHead } from '../chain/registry-head.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { Actor, ModelVersion } from '../model/registered-model.ts';
import type { RegistryReviews } from './registry-reviews.ts';

/** The registered models. Rules live above this port; it only serialises commits. */
export interface RegistryStore {
  /** Every registered model, sorted by name; the same array as before when nothing changed, where that is known. */
  list(): Promise<readonly RegistryEntry[]>;
  /**
   * The models of `list` whose names are wanted, in the same order, each as it is when it is reached: those behind the
   * last one that is taken are not read. A capability of stores that need not read every model for a page of
   * a search.
   */
  walk?(isWanted: (name: string) => boolean): Iterable<RegistryOutline>;
  /** `undefined` when there is no model of this name. */
  read(name: string): Promise<RegistryEntry | undefined>;
  /**
   * Commits on top of `expected`: the head of the model, or of a chain that ended and is to hold a new
   * model. `undefined`: there must be no model of the name; one that was deleted or renamed away does
   * not count. Gives the model after the commit; as it last was, when the commit ended it.
   * @throws REGISTRY_CONFLICT when the chain has moved on
   */
  commit(
    name: string,
    expected: RegistryHead | undefined,
    draft: RegistryCommitDraft,
  ): Promise<RegistryEntry>;
  /**
   * Makes the next version of a registered model, under the number that the store gives it. A
   * capability of stores that number versions themselves, as a server does; elsewhere a commit does it.
   * @throws MODEL_NOT_FOUND
   */
  createVersion?(name: string, draft: VersionDraft): Promise<ModelVersion>;
  /** The chains of commits; absent where the store keeps none (`capabilities.registryChain`). */
  readonly chains?: RegistryChains;
  /**
   * The reviews of a server that keeps them itself: the functions of the registry delegate to it, because only the
   * server knows its caller. Absent where this process plans and commits them.
   * @throws CAPABILITY_MISSING when the server has no reviews; SERVER_UNREACHABLE
   */
  reviews?(): Promise<RegistryReviews>;
}

/** The commits behind the registered models, also behind those that are gone. */
export interface RegistryChains {
  /** The names that ever had commits, sorted. */
  names(): Promise<string[]>;
  /** The chain of a name; `undefined` if there never was one. */
  read(name: string): Promise<RegistryChain | undefined>;
  /**
   * The commits of a name, oldest first, each checked against the hash of the one before and against
   * the state that it changes.
   * @throws STORE_DAMAGED, STORE_FORMAT_TOO_NEW
   */
  commits(name: string): AsyncIterable<ChainedCommit>;
}

/** What is needed to make a model version in a store that gives the number itself. */
export interface VersionDraft {
  /** A URI: `models:/m-…`, `runs:/<run>/<path>`, or any other place. */
  readonly source: string;
  readonly description?: string;
  readonly runId?: RunId;
  readonly modelId?: LoggedModelId;
  readonly runLink?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly by: Actor;
}
