import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { isTidemarkError, TidemarkError } from '@tidemark/core';
import { localDataPath } from '../log/data-path.ts';
import type { DeletionVectorDescriptor } from '../log/delta-actions.ts';
import { decodeRoaring64 } from './roaring.ts';
import { decodeZ85 } from './z85.ts';

/** The magic number of Delta's portable 64-bit Roaring bitmaps. */
const PORTABLE_MAGIC = 1681511377;
const FILE_VERSION = 1;
const UUID_CHARACTERS = 20;

/**
 * Reads the positions of the rows that a deletion vector deletes, in ascending order (PROTOCOL.md,
 * "Deletion Vectors"). Verifies checksum, size and cardinality. `tablePath` is the table's folder.
 *
 * @throws DELTA_FILES_MISSING when the file of the vector is missing, DELTA_LOG_INVALID when it is damaged,
 * DELTA_FEATURE_UNSUPPORTED for an unknown kind of vector.
 */
export async function readDeletionVector(
  tablePath: string,
  descriptor: DeletionVectorDescriptor,
): Promise<readonly number[]> {
  const file = deletionVectorFile(tablePath, descriptor);
  const bytes =
    file === undefined
      ? decodeZ85(descriptor.pathOrInlineDv).subarray(0, descriptor.sizeInBytes)
      : await readVectorFile(file, descriptor);
  return decodeVector(bytes, descriptor, file ?? 'inline');
}

/** The file that holds a deletion vector; undefined when the log itself holds it. */
export function deletionVectorFile(
  tablePath: string,
  { storageType, pathOrInlineDv }: DeletionVectorDescriptor,
): string | undefined {
  switch (storageType) {
    case 'i':
      return undefined;
    case 'p': {
      const file = localDataPath(tablePath, pathOrInlineDv);
      if (file !== undefined) return file;
      throw unsupported(`a deletion vector is at ${pathOrInlineDv}, outside the local file system`);
    }
    case 'u': {
      const prefix = pathOrInlineDv.slice(0, -UUID_CHARACTERS);
      const uuid = Buffer.from(decodeZ85(pathOrInlineDv.slice(-UUID_CHARACTERS))).toString('hex');
      const dashed = uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      return join(tablePath, prefix, `deletion_vector_${dashed}.bin`);
    }
    default:
      throw unsupported(`a deletion vector has the unknown storage type '${storageType}'`);
  }
}

async function readVectorFile(
  file: string,
  { offset = 1, sizeInBytes }: DeletionVectorDescriptor,
): Promise<Uint8Array> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new TidemarkError(
      'DELTA_FILES_MISSING',
      `The deletion vector file ${file} cannot be opened. VACUUM has probably removed it, and without it the deleted rows of this version are unknown. Read a later version, or restore the file.`,
      { cause, details: { files: [file] } },
    );
  });
  try {
    const head = Buffer.alloc(1);
    await handle.read(head, 0, 1, 0);
    if (head[0] !== FILE_VERSION) throw damaged(file, `its format version is ${head[0]}, not 1`);
    // Size (big-endian), the vector, CRC-32 of the vector (big-endian).
    const framed = Buffer.alloc(sizeInBytes + 8);
    const { bytesRead } = await handle.read(framed, 0, framed.length, offset);
    if (bytesRead < framed.length) throw damaged(file, 'it is cut short');
    if (framed.readUInt32BE(0) !== sizeInBytes)
      throw damaged(file, 'its size differs from the size in the log');
    const bytes = framed.subarray(4, 4 + sizeInBytes);
    if (framed.readUInt32BE(4 + sizeInBytes) !== crc32(bytes)) {
      throw damaged(file, 'its checksum does not match');
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

function decodeVector(
  bytes: Uint8Array,
  descriptor: DeletionVectorDescriptor,
  place: string,
): readonly number[] {
  try {
    const magic = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    if (magic !== PORTABLE_MAGIC) throw unsupported(`a deletion vector starts with ${magic}`);
    const rows = decodeRoaring64(bytes, 4, descriptor.cardinality);
    if (rows.length === descriptor.cardinality) return rows;
    throw damaged(place, `it holds ${rows.length} rows, the log says ${descriptor.cardinality}`);
  } catch (cause) {
    if (isTidemarkError(cause)) throw cause;
    throw damaged(place, 'it is not a Roaring bitmap', cause);
  }
}

function damaged(place: string, reason: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'DELTA_LOG_INVALID',
    `The deletion vector (${place}) is damaged: ${reason}. Restore it from a copy, or read an earlier version.`,
    { cause, details: { place } },
  );
}

function unsupported(what: string): TidemarkError {
  return new TidemarkError(
    'DELTA_FEATURE_UNSUPPORTED',
    `Tidemark cannot read the table: ${what}. Rewrite the table without deletion vectors in the system that wrote it (REORG TABLE … APPLY (PURGE)).`,
    { details: { features: ['deletionVectors'] } },
  );
}
