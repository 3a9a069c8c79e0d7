import { assertBytes, assertContent } from '../bytes/assert-bytes.ts';
import { collectBytes } from '../bytes/concatenate-bytes.ts';
import { Sha256 } from '../digest/sha256.ts';
import { TidemarkError } from '../errors.ts';
import { isEventOf, runOf } from '../events/event-subject.ts';
import { HybridClock } from '../events/stamp.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { isMetricEvent, metricPoints } from '../fold/metric-points.ts';
import { columnsOf, type RunPoints } from '../fold/run-points.ts';
import type { ArtifactEntry, ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import { assertArtifactPath } from '../model/artifact-path.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { ArtifactContent, ArtifactStore } from '../port/artifact-store.ts';
import { StoreFold } from '../state/store-fold.ts';
import type { StoreState } from '../state/store-state.ts';
import type { EventLog, OrderedEvent, PointsPiece } from './event-log.ts';
import { EVENT_STORE_CAPABILITIES, EventStore } from './event-store.ts';
import { MemoryRegistry } from './memory-registry.ts';

/** A store in memory, for tests, browsers and dry runs. It is lost when the process ends. */
export class MemoryStore extends EventStore {
  constructor() {
    super({
      uri: 'memory:',
      capabilities: { ...EVENT_STORE_CAPABILITIES, durable: false },
      log: new MemoryLog(),
      artifacts: new MemoryArtifacts(),
      registry: new MemoryRegistry(),
    });
  }
}

class MemoryLog implements EventLog {
  readonly #clock = new HybridClock();
  readonly #fold = new StoreFold();
  readonly #events: OrderedEvent[] = [];

  append(events: readonly StoreEvent[]): void {
    for (const event of events) {
      // A copy, because the caller may reuse its objects.
      const ordered: OrderedEvent = {
        stampUs: this.#clock.next(),
        event: structuredClone(event),
        writer: 'memory',
        position: this.#events.length,
      };
      this.#events.push(ordered);
      this.#fold.apply(ordered.event, ordered);
    }
  }

  async read<Answer>(ask: (state: StoreState) => Answer): Promise<Answer> {
    return ask(this.#fold);
  }

  known<Answer>(ask: (state: StoreState) => Answer): Answer {
    return ask(this.#fold);
  }

  current<Answer>(ask: (state: StoreState) => Answer): Answer {
    return ask(this.#fold);
  }

  mark(): string {
    return String(this.#events.length);
  }

  async eventsOf(id: RunId | LoggedModelId): Promise<readonly OrderedEvent[]> {
    return this.#events.filter(({ event }) => isEventOf(event, id));
  }

  async *allPoints(isWanted: (runId: RunId) => boolean = () => true): AsyncGenerator<PointsPiece> {
    const runs = new Map<RunId, RunPoints>();
    for (const { event } of this.#events) {
      if (!isMetricEvent(event) || !isWanted(event.run)) continue;
      const points: RunPoints = runs.get(event.run) ?? new Map();
      runs.set(event.run, points);
      for (const point of metricPoints(event)) columnsOf(points, point.key).addPoint(point);
    }
    for (const [runId, points] of runs) {
      for (const [key, columns] of points) {
        columns.settle();
        yield { runId, key, columns };
      }
    }
  }

  async runMarks(): Promise<ReadonlyMap<RunId, string>> {
    const latest = new Map<RunId, string>();
    for (const { event, position } of this.#events) {
      const runId = runOf(event);
      if (runId !== undefined) latest.set(runId, String(position));
    }
    return latest;
  }

  async close(): Promise<void> {}
}

class MemoryArtifacts implements ArtifactStore {
  readonly #files = new Map<string, Uint8Array>();

  async write(owner: ArtifactOwner, path: string, content: ArtifactContent): Promise<ArtifactFile> {
    this.#keyToWrite(owner, path);
    assertContent(content);
    const bytes = content instanceof Uint8Array ? content : await collectBytes(content);
    return this.writeSync(owner, path, bytes);
  }

  writeSync(owner: ArtifactOwner, path: string, content: Uint8Array): ArtifactFile {
    const key = this.#keyToWrite(owner, path);
    assertBytes(content);
    const bytes = content.slice();
    const hash = new Sha256();
    hash.update(bytes);
    this.#files.set(key, bytes);
    return { path, sizeBytes: bytes.length, sha256: hash.hex() };
  }

  async *read(owner: ArtifactOwner, path: string): AsyncIterable<Uint8Array> {
    const bytes = this.#files.get(fileKey(owner, assertArtifactPath(path)));
    if (bytes === undefined) {
      throw new TidemarkError(
        'ARTIFACT_NOT_FOUND',
        `There is no artifact ${JSON.stringify(path)}. List the artifacts to find its path.`,
        {
          details: { path },
        },
      );
    }
    yield bytes.slice();
  }

  async list(owner: ArtifactOwner, path?: string): Promise<ArtifactEntry[]> {
    const root = fileKey(owner, '');
    const prefix = path === undefined ? root : `${root}${assertArtifactPath(path)}/`;
    const entries = new Map<string, ArtifactEntry>();
    for (const [key, bytes] of this.#files) {
      if (!key.startsWith(prefix)) continue;
      const [name, ...below] = key.slice(prefix.length).split('/');
      const entryPath = `${prefix.slice(root.length)}${name}`;
      entries.set(
        entryPath,
        below.length > 0
          ? { path: entryPath, isFolder: true }
          : { path: entryPath, isFolder: false, sizeBytes: bytes.length },
      );
    }
    return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async remove(owner: ArtifactOwner, path?: string): Promise<void> {
    const root = fileKey(owner, '');
    const place = path === undefined ? root : `${root}${assertArtifactPath(path)}`;
    for (const key of [...this.#files.keys()]) {
      const isBelow = path === undefined ? key.startsWith(root) : key.startsWith(`${place}/`);
      if (key === place || isBelow) this.#files.delete(key);
    }
  }

  #keyToWrite(owner: ArtifactOwner, path: string): string {
    const key = fileKey(owner, assertArtifactPath(path));
    for (const other of this.#files.keys()) {
      if (!other.startsWith(`${key}/`) && !key.startsWith(`${other}/`)) continue;
      throw new TidemarkError(
        'ARTIFACT_PATH_UNSAFE',
        `The artifact path ${JSON.stringify(path)} would be both a folder and a file. Choose another name.`,
        { details: { path } },
      );
    }
    return key;
  }
}

function fileKey(owner: ArtifactOwner, path: string): string {
  return `${owner.kind === 'run' ? owner.runId : owner.modelId}/${path}`;
}
