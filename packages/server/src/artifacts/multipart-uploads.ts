import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { invalidParameter, WireError } from '../wire/wire-error.ts';

/** The limit of S3, which MLflow's client keeps to. */
const GREATEST_PART_COUNT = 10_000;
const GREATEST_UPLOAD_COUNT = 1000;
/** How long the server keeps the parts of an upload that is not completed. */
const LIFETIME_MS = 24 * 3600 * 1000;

/** A part, as the client names it when it completes an upload. */
export interface UploadedPart {
  readonly part_number: number;
  readonly etag: string;
}

interface Upload {
  /** The path in the artifact proxy of the whole file. */
  readonly target: string;
  readonly partCount: number;
  readonly startedAtMs: number;
  readonly folder: string;
  /** The ETag of each part that was received completely. */
  readonly etags: Map<number, string>;
}

/**
 * Uploads that arrive in parts, several at a time and in any order. The parts stay in a staging folder until
 * the client completes the upload. Open uploads end with the server's process.
 */
export class MultipartUploads {
  readonly #stagingFolder: string;
  readonly #uploads = new Map<string, Upload>();

  /** @param stagingFolder created when the first part arrives */
  constructor(stagingFolder: string) {
    this.#stagingFolder = stagingFolder;
  }

  /** Starts an upload and returns its id. @throws WireError */
  async create(target: string, partCount: number, nowMs: number): Promise<string> {
    if (!(partCount >= 1 && partCount <= GREATEST_PART_COUNT)) {
      throw invalidParameter(
        `Invalid value ${partCount} for parameter 'num_parts' supplied. It must be from 1 to ${GREATEST_PART_COUNT}.`,
      );
    }
    for (const [id, { startedAtMs }] of this.#uploads) {
      if (startedAtMs + LIFETIME_MS < nowMs) await this.#discard(id);
    }
    if (this.#uploads.size >= GREATEST_UPLOAD_COUNT) {
      throw new WireError(
        'REQUEST_LIMIT_EXCEEDED',
        `${GREATEST_UPLOAD_COUNT} multipart uploads are open. Complete or abort some first.`,
      );
    }
    const id = randomUUID();
    const folder = join(this.#stagingFolder, id);
    const upload = { target, partCount, startedAtMs: nowMs, folder, etags: new Map() };
    this.#uploads.set(id, upload);
    return id;
  }

  /** Stores a part and returns its ETag. A part that is sent again replaces the first. @throws WireError */
  async putPart(id: string, number: number, content: AsyncIterable<Uint8Array>): Promise<string> {
    const upload = this.#find(id);
    if (!(Number.isSafeInteger(number) && number >= 1 && number <= upload.partCount)) {
      throw invalidParameter(`The upload ${id} has parts from 1 to ${upload.partCount}.`);
    }
    await mkdir(upload.folder, { recursive: true });
    // Each request writes to its own file, because a client may send one part twice at the same time.
    const etag = `"${randomUUID()}"`;
    await pipeline(content, createWriteStream(partFile(upload, etag), { flags: 'wx' }));
    const before = upload.etags.get(number);
    upload.etags.set(number, etag);
    if (before !== undefined) await rm(partFile(upload, before), { force: true });
    return etag;
  }

  /**
   * Returns the whole file, after checking that every part is the one that the client names.
   * @throws WireError when a part is missing or differs
   */
  content(id: string, target: string, parts: readonly UploadedPart[]): AsyncIterable<Uint8Array> {
    const upload = this.#find(id, target);
    const etags = new Map(parts.map((part) => [part.part_number, part.etag.replace(/^"|"$/g, '')]));
    for (let number = 1; number <= upload.partCount; number += 1) {
      const etag = upload.etags.get(number)?.replace(/^"|"$/g, '');
      if (etag !== undefined && etag === etags.get(number)) continue;
      throw invalidParameter(
        `The upload ${id} is incomplete: part ${number} is missing, or differs from the named one. Send the part again.`,
      );
    }
    return wholeFile(upload);
  }

  /** Deletes an upload and its parts. @throws WireError when this target has no such upload */
  async discard(id: string, target: string): Promise<void> {
    this.#find(id, target);
    await this.#discard(id);
  }

  /** Deletes all uploads. */
  async close(): Promise<void> {
    for (const id of [...this.#uploads.keys()]) await this.#discard(id);
  }

  async #discard(id: string): Promise<void> {
    const upload = this.#uploads.get(id);
    this.#uploads.delete(id);
    if (upload !== undefined) await rm(upload.folder, { recursive: true, force: true });
  }

  #find(id: string, target?: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload !== undefined && (target === undefined || upload.target === target)) return upload;
    throw new WireError(
      'RESOURCE_DOES_NOT_EXIST',
      `This server has no multipart upload ${JSON.stringify(id)} for this file. Start the upload again.`,
    );
  }
}

function partFile(upload: Upload, etag: string): string {
  return join(upload.folder, `${etag.replaceAll('"', '')}.part`);
}

async function* wholeFile(upload: Upload): AsyncGenerator<Uint8Array> {
  for (let number = 1; number <= upload.partCount; number += 1) {
    const etag = upload.etags.get(number);
    if (etag !== undefined) yield* createReadStream(partFile(upload, etag));
  }
}
