import { TidemarkError } from '@tidemark/core';
import { localDataPath } from './data-path.ts';
import {
  type AddAction,
  type DeltaProtocol,
  deletionVectorId,
  type LogActions,
  type MetadataAction,
  type RemoveAction,
} from './delta-actions.ts';

/** The state of a version of a table: the result of replaying its log. */
export interface TableState {
  readonly protocol: DeltaProtocol;
  readonly metadata: MetadataAction;
  readonly files: readonly AddAction[];
  /** The latest version that each application recorded with `txn`, by its id. */
  readonly transactions: Readonly<Record<string, number>>;
}

/**
 * Reconciles the actions of a checkpoint and of the commits after it (PROTOCOL.md, "Action
 * Reconciliation"). The key of a file is its path and its deletion vector; the latest action for a key
 * wins. A commit has no order, so its removes come before its adds.
 */
export class LogReplay {
  readonly #tablePath: string;
  readonly #files = new Map<string, AddAction>();
  readonly #transactions = new Map<string, number>();
  #protocol: DeltaProtocol | undefined;
  #metadata: MetadataAction | undefined;

  /** `tablePath` is the table's absolute folder; relative paths are resolved against it. */
  constructor(tablePath: string) {
    this.#tablePath = tablePath;
  }

  /** Applies the actions of one checkpoint or one commit. Call it in order of version. */
  apply(actions: LogActions): void {
    if (actions.protocol !== undefined) this.#protocol = actions.protocol;
    if (actions.metaData !== undefined) this.#metadata = actions.metaData;
    for (const { appId, version } of actions.transactions) this.#transactions.set(appId, version);
    for (const remove of actions.removes) this.#files.delete(this.#key(remove));
    for (const add of actions.adds) {
      const key = this.#key(add);
      this.#files.delete(key);
      this.#files.set(key, add);
    }
  }

  /**
   * The state after the applied actions. Files are in the order in which they were added.
   *
   * @throws DELTA_LOG_INVALID when the log names no protocol or no metadata.
   */
  state(): TableState {
    if (this.#protocol === undefined || this.#metadata === undefined) {
      const missing = this.#protocol === undefined ? 'protocol' : 'metaData';
      throw new TidemarkError(
        'DELTA_LOG_INVALID',
        `The table's log holds no '${missing}' action up to this version, and every table must have one. The log is damaged: restore it from a copy.`,
        { details: { missing } },
      );
    }
    return {
      protocol: this.#protocol,
      metadata: this.#metadata,
      files: [...this.#files.values()],
      transactions: Object.fromEntries(this.#transactions),
    };
  }

  #key(file: AddAction | RemoveAction): string {
    const path = localDataPath(this.#tablePath, file.path) ?? file.path;
    return file.deletionVector === undefined
      ? path
      : `${path}\n${deletionVectorId(file.deletionVector)}`;
  }
}
