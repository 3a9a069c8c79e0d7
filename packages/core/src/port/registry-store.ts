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
import type { VersionAnnouncements } from './version-announcements.ts';

/** The registered models of a store. The port only serialises commits; the functions above it check rules. */
export interface RegistryStore {
  /**
   * Returns every registered model, sorted by name. A store that knows that nothing changed returns the same array
   * again.
   */
  list(): Promise<readonly RegistryEntry[]>;
  /**
   * Yields the models of `list` whose names pass the test, in the same order. Each is read when the iteration reaches
   * it, and the models after the last one are not read. A capability of stores that need not read every model for a
   * page of a search.
   */
  walk?(isWanted: (name: string) => boolean): Iterable<RegistryOutline>;
  /** Returns a registered model; `undefined` if there is no model of this name. */
  read(name: string): Promise<RegistryEntry | undefined>;
  /**
   * Commits on top of `expected`: the head of the model, or of a chain whose model was deleted or renamed.
   * `undefined` means that there must be no model of the name; a deleted or renamed one does not count. Returns the
   * model after the commit, or, if the commit ended the model, the model before it. @throws REGISTRY_CONFLICT if the
   * chain has another head
   */
  commit(
    name: string,
    expected: RegistryHead | undefined,
    draft: RegistryCommitDraft,
  ): Promise<RegistryEntry>;
  /**
   * Creates the next version of a registered model, with a number that the store chooses. A capability of stores that
   * number versions themselves, such as a server; in other stores a commit creates the version.
   * @throws MODEL_NOT_FOUND
   */
  createVersion?(name: string, draft: VersionDraft): Promise<ModelVersion>;
  /** The chains of commits; absent if the store has none (`capabilities.registryChain`). */
  readonly chains?: StoredChains;
  /** The versions that are registered from logged models; absent if a server keeps their tags. */
  readonly announcements?: VersionAnnouncements;
  /**
   * Returns the reviews of a server. The functions of the registry delegate to them, because only the server knows
   * its caller. Absent if this process plans and commits reviews. @throws CAPABILITY_MISSING if the server does not
   * support reviews; SERVER_UNREACHABLE
   */
  reviews?(): Promise<RegistryReviews>;
}

/** The commits of the registered models, including deleted and renamed ones. */
export interface StoredChains {
  /** Returns every name that ever had commits, sorted. */
  names(): Promise<string[]>;
  /** Returns the chain of a name; `undefined` if the name never had one. */
  read(name: string): Promise<RegistryChain | undefined>;
  /**
   * Yields the commits of a name, oldest first. Each is checked against the hash of the one before and against the
   * state that it changes.
   * @throws STORE_DAMAGED, STORE_FORMAT_TOO_NEW
   */
  commits(name: string): AsyncIterable<ChainedCommit>;
}

/** The values of a new model version in a store that numbers versions itself. */
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
