import {
  type ArtifactContent,
  type ArtifactEntry,
  type ArtifactFile,
  type ArtifactOwner,
  type ArtifactStore,
  assertArtifactPath,
  concatenateBytes,
  folderOfArtifact,
  isTidemarkError,
  nameOfArtifact,
  Sha256,
  TidemarkError,
} from '@tidemark/core';
import { fromFileInfoMessage, ListArtifactsResponse } from './messages/artifact.ts';
import { LoggedModelResponse } from './messages/logged-model.ts';
import { RunResponse } from './messages/run.ts';
import type { RestClient } from './rest-client.ts';
import { resumedDownload } from './resumed-download.ts';

/**
 * A file up to this size is buffered before it is sent. So a source that fails leaves nothing on the server, and a
 * network error can be retried.
 */
const COLLECTED_BYTES = 16 * 1024 * 1024;

/** The scheme of artifacts that go through the tracking server. */
const PROXIED = /^mlflow-artifacts:(?:\/\/([^/]*))?\/*(.*)$/;

/** The artifacts of runs and logged models, through the server's `mlflow-artifacts` proxy. */
export class RestArtifacts implements ArtifactStore {
  readonly #client: RestClient;
  /** The `artifact_uri` of each owner. It never changes. */
  readonly #locations = new Map<string, Promise<string | undefined>>();

  constructor(client: RestClient) {
    this.#client = client;
  }

  /** Uploads a file. @throws ARTIFACT_PATH_UNSAFE, ARTIFACT_ELSEWHERE, SERVER_UNREACHABLE */
  async write(owner: ArtifactOwner, path: string, content: ArtifactContent): Promise<ArtifactFile> {
    assertArtifactPath(path);
    const url = await this.#url(owner, path);
    const sha256 = new Sha256();
    let sizeBytes = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(content)) {
        sha256.update(piece);
        sizeBytes += piece.length;
        yield piece;
      }
    }
    const source = counted();
    const start = await collectUpTo(source, COLLECTED_BYTES);
    const body = start.whole
      ? concatenateBytes(start.pieces)
      : await streamOrBlob(start.pieces, source);
    const put = { method: 'PUT', path: url, content: body } as const;
    const response = await this.#client.bytes({ ...put, accept: [500] });
    await response.body?.cancel();
    if (!response.ok) {
      // MLflow's server answers 500 if a file exists instead of a folder.
      await this.#assertNoClash(owner, path);
      if (body instanceof ReadableStream) throw failed(this.#client.baseUrl, path, response.status);
      await (await this.#client.bytes(put)).body?.cancel();
    }
    return { path, sizeBytes, sha256: sha256.hex() };
  }

  /**
   * Downloads a file.
   * @throws ARTIFACT_PATH_UNSAFE, ARTIFACT_NOT_FOUND, ARTIFACT_ELSEWHERE, SERVER_UNREACHABLE, SERVER_FAILED
   */
  async *read(owner: ArtifactOwner, path: string): AsyncGenerator<Uint8Array> {
    assertArtifactPath(path);
    const url = await this.#url(owner, path);
    const response = await this.#client.bytes({
      method: 'GET',
      path: url,
      accept: [400, 404, 500],
    });
    if (!response.ok) {
      await response.body?.cancel();
      // MLflow's server answers 400 for a folder, and its older versions 500.
      const entries = await this.list(owner, folderOfArtifact(path));
      if (!entries.some((entry) => entry.path === path && !entry.isFolder)) throw notFound(path);
      throw failed(this.#client.baseUrl, path, response.status);
    }
    yield* resumedDownload(this.#client, url, response);
  }

  /** Lists a folder. @throws ARTIFACT_PATH_UNSAFE, ARTIFACT_ELSEWHERE, SERVER_UNREACHABLE */
  async list(owner: ArtifactOwner, path?: string): Promise<ArtifactEntry[]> {
    if (path !== undefined) assertArtifactPath(path);
    const folder = await this.#folder(owner);
    const { files = [] } = await this.#client
      .call(
        {
          method: 'GET',
          path: '/mlflow-artifacts/artifacts',
          query: { path: path === undefined ? folder : `${folder}/${path}` },
          subject: 'artifact',
        },
        ListArtifactsResponse,
      )
      .catch((error: unknown) => {
        if (isTidemarkError(error, 'ARTIFACT_NOT_FOUND')) return { files: [] };
        throw error;
      });
    const prefix = path === undefined ? '' : `${path}/`;
    // The proxy returns names. Some servers return whole paths.
    return files
      .map(fromFileInfoMessage)
      .map((entry) => ({ ...entry, path: `${prefix}${nameOfArtifact(entry.path)}` }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Checks that nothing is in the way of a file.
   * @throws ARTIFACT_PATH_UNSAFE when a folder is at the path, or a file above it
   */
  async #assertNoClash(owner: ArtifactOwner, path: string): Promise<void> {
    for (let at: string | undefined = path; at !== undefined; at = folderOfArtifact(at)) {
      const here = (await this.list(owner, folderOfArtifact(at))).find(
        (entry) => entry.path === at,
      );
      if (here === undefined || here.isFolder !== (at === path)) continue;
      throw new TidemarkError(
        'ARTIFACT_PATH_UNSAFE',
        `The artifact path ${JSON.stringify(path)} cannot be a file, because ${JSON.stringify(at)} is already a ${here.isFolder ? 'folder' : 'file'}. Choose another path.`,
        { details: { path } },
      );
    }
  }

  async #url(owner: ArtifactOwner, path: string): Promise<string> {
    const whole = `${await this.#folder(owner)}/${path}`;
    return `/mlflow-artifacts/artifacts/${whole.split('/').map(encodeURIComponent).join('/')}`;
  }

  async #folder(owner: ArtifactOwner): Promise<string> {
    const uri = await this.location(owner);
    const [, host = '', folder] = PROXIED.exec(uri ?? '') ?? [];
    const elsewhere = host !== '' && host !== new URL(this.#client.baseUrl).host;
    if (folder === undefined || elsewhere) {
      throw new TidemarkError(
        'ARTIFACT_ELSEWHERE',
        `The artifacts of ${owner.kind} ${owner.kind === 'run' ? owner.runId : owner.modelId} are at ${uri}, and not served by ${this.#client.baseUrl}. Start the server with --serve-artifacts and a --default-artifact-root of mlflow-artifacts:/, or fetch them from there.`,
        { details: { uri } },
      );
    }
    return folder.replace(/\/+$/, '');
  }

  location(owner: ArtifactOwner): Promise<string | undefined> {
    const id = owner.kind === 'run' ? owner.runId : owner.modelId;
    const known = this.#locations.get(id);
    if (known !== undefined) return known;
    const location = this.#askLocation(owner).catch((error: unknown) => {
      this.#locations.delete(id);
      throw error;
    });
    this.#locations.set(id, location);
    return location;
  }

  async #askLocation(owner: ArtifactOwner): Promise<string | undefined> {
    if (owner.kind === 'run') {
      const query = { run_id: owner.runId };
      const call = { method: 'GET', path: '/mlflow/runs/get', query, subject: 'run' } as const;
      return (await this.#client.call(call, RunResponse)).run.info.artifact_uri;
    }
    const call = {
      method: 'GET',
      path: `/mlflow/logged-models/${encodeURIComponent(owner.modelId)}`,
      query: { allow_deleted: true },
      subject: 'logged-model',
    } as const;
    return (await this.#client.call(call, LoggedModelResponse)).model.info.artifact_uri;
  }
}

async function* pieces(content: ArtifactContent): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else yield* content;
}

async function collectUpTo(
  source: AsyncIterator<Uint8Array>,
  limit: number,
): Promise<{ pieces: Uint8Array[]; whole: boolean }> {
  const found: Uint8Array[] = [];
  for (let size = 0; size <= limit; ) {
    const next = await source.next();
    if (next.done === true) return { pieces: found, whole: true };
    found.push(next.value);
    size += next.value.length;
  }
  return { pieces: found, whole: false };
}

/** A stream if requests can be streamed (Node), otherwise all bytes (browsers). */
async function streamOrBlob(
  start: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>> {
  if (!('process' in globalThis)) {
    const { pieces: more } = await collectUpTo(rest, Number.POSITIVE_INFINITY);
    return concatenateBytes([...start, ...more]);
  }
  const first = start[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const held = first.next();
      const next = held.done === true ? await rest.next() : held;
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

function failed(baseUrl: string, path: string, status: number): TidemarkError {
  return new TidemarkError(
    'SERVER_FAILED',
    `${baseUrl} answered with status ${status} for the artifact ${JSON.stringify(path)}. The server's log has the reason.`,
    { details: { path, status } },
  );
}

function notFound(path: string): TidemarkError {
  return new TidemarkError(
    'ARTIFACT_NOT_FOUND',
    `There is no artifact ${JSON.stringify(path)}. List the folder for the right path.`,
    {
      details: { path },
    },
  );
}
