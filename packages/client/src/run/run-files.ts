import {
  type ArtifactContent,
  type ArtifactFile,
  type ArtifactOwner,
  type ArtifactReference,
  assertString,
  LIMITS,
  planTags,
  type Run,
  resolveArtifactReference,
  type Store,
  type StoreEvent,
} from '@tidemark/core';
import type { FindLocalFiles } from './local-file.ts';

/** The artifact with the error that ended a run. */
export const ERROR_FILE = 'error.txt';

/** The tag with the error that ended the program and its run. */
const ERROR_TAG = 'tidemark.error';

/** MLflow's tag with the list of tables, as JSON (mlflow/utils/mlflow_tags.py, MLFLOW_LOGGED_ARTIFACTS). */
const LOGGED_ARTIFACTS_TAG = 'mlflow.loggedArtifacts';

/** How often the list of tables is written when another process writes its own at the same time. */
const LISTINGS = 10;

/** The files of a run that is being written. Each is stored completely and then recorded. */
export class RunFiles {
  readonly #store: Store;
  readonly #run: Run;
  readonly #localFiles: FindLocalFiles;
  /** The listed tables that this process knows. */
  readonly #tables: Set<string>;
  /** The last write of the list. The next one waits for it. */
  #listed: Promise<unknown> = Promise.resolve();

  constructor(options: { store: Store; run: Run; localFiles: FindLocalFiles }) {
    this.#store = options.store;
    this.#run = options.run;
    this.#localFiles = options.localFiles;
    this.#tables = tablesIn(options.run);
  }

  /** Stores content as one file. */
  async write(content: ArtifactContent, artifactPath: string): Promise<ArtifactFile> {
    assertString(artifactPath, 'The path of an artifact');
    return this.#record(await this.#store.artifacts.write(this.#owner, artifactPath, content));
  }

  /** Records a file that is elsewhere. */
  async refer(artifactPath: string, reference: ArtifactReference): Promise<ArtifactFile> {
    return this.#record(await resolveArtifactReference(this.#store, artifactPath, reference));
  }

  /** Stores a file of this machine, or all files of a folder. */
  async writeLocal(
    localPath: string | URL,
    artifactFolder: string | undefined,
  ): Promise<readonly ArtifactFile[]> {
    const stored: ArtifactFile[] = [];
    const { artifacts } = this.#store;
    for (const { path, localPath: source, content } of await this.#localFiles(localPath)) {
      const place = artifactFolder === undefined ? path : `${artifactFolder}/${path}`;
      const file =
        (await artifacts.writeLocalFile?.(this.#owner, place, source)) ??
        (await artifacts.write(this.#owner, place, content()));
      stored.push(await this.#record(file));
    }
    return stored;
  }

  /** Stores a table, and lists it in the tag that MLflow's pages read. */
  async writeTable(content: Uint8Array, artifactPath: string): Promise<ArtifactFile> {
    const file = await this.write(content, artifactPath);
    this.#tables.add(artifactPath);
    // One after the other, each with the current list, so that a server never gets a shorter list last.
    const listed = this.#listed.then(() => this.#listTables());
    // The next one only waits. The error goes to the caller of this one.
    this.#listed = listed.catch(() => {});
    await listed;
    return file;
  }

  /**
   * Stores the error that ends the program, if the store can write it at once. Returns the events that record it.
   */
  writeErrorAtOnce(text: string): StoreEvent[] {
    const { runId: run } = this.#run;
    const tags = { [ERROR_TAG]: text.slice(0, LIMITS.tagValueLength) };
    const events: StoreEvent[] = [{ kind: 'tags', run, tags }];
    try {
      const content = new TextEncoder().encode(`${text}\n`);
      const file = this.#store.artifacts.writeSync?.(this.#owner, ERROR_FILE, content);
      if (file !== undefined) events.push({ kind: 'artifact', owner: { run }, file });
    } catch {
      // The disk is full or the store was closed. The tag says the same, if anything can be written.
    }
    return events;
  }

  async #record(file: ArtifactFile): Promise<ArtifactFile> {
    await this.#store.append([{ kind: 'artifact', owner: { run: this.#run.runId }, file }]);
    return file;
  }

  /**
   * Lists the tables of this process and those of others. If several processes log tables to one run, each checks
   * whether its own tables are still listed, and otherwise lists all again.
   */
  async #listTables(): Promise<void> {
    const { runId } = this.#run;
    for (let listing = 0; listing < LISTINGS; listing += 1) {
      const [run] = await this.#store.runs({ runIds: [runId] });
      const there = tablesIn(run);
      const isWhole = [...this.#tables].every((path) => there.has(path));
      for (const path of there) this.#tables.add(path);
      if (isWhole) return;
      const listed = JSON.stringify([...this.#tables].map((path) => ({ path, type: 'table' })));
      await this.#store.append([planTags(runId, { [LOGGED_ARTIFACTS_TAG]: listed })]);
    }
  }

  get #owner(): ArtifactOwner {
    return { kind: 'run', experimentId: this.#run.experimentId, runId: this.#run.runId };
  }
}

/** Returns the tables that a run lists, or none when the tag has another value. */
function tablesIn(run: Run | undefined): Set<string> {
  let listed: unknown;
  try {
    listed = JSON.parse(run?.tags[LOGGED_ARTIFACTS_TAG] ?? '[]');
  } catch {
    return new Set();
  }
  const entries: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const paths = entries.map((entry) => (entry as { readonly path?: unknown } | null)?.path);
  return new Set(paths.filter((path) => typeof path === 'string'));
}
