import { z } from 'zod';

/** Location of the list of deleted rows of a data file (PROTOCOL.md, "Deletion Vectors"). */
export interface DeletionVectorDescriptor {
  /** `u`: file in the table's folder, named by a UUID; `p`: file at an absolute URI; `i`: inline in the log. */
  readonly storageType: string;
  readonly pathOrInlineDv: string;
  /** Byte offset of the vector in its file; absent for an inline vector. */
  readonly offset?: number;
  readonly sizeInBytes: number;
  /** Number of rows that it deletes. */
  readonly cardinality: number;
}

/** The versions and features that readers and writers of the table must support. */
export interface DeltaProtocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  /** Present from reader version 3 on. */
  readonly readerFeatures?: readonly string[];
  /** Present from writer version 7 on. */
  readonly writerFeatures?: readonly string[];
}

/** The `metaData` action: the table's identity, schema and properties. */
export interface MetadataAction {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTimeMs?: number;
}

/** The `add` action: a data file that belongs to the table. */
export interface AddAction {
  /** The path in the log: an RFC 2396 URI, relative to the table's folder or absolute. */
  readonly path: string;
  /** Keyed by physical column name; null and the empty string both mean null. */
  readonly partitionValues: Readonly<Record<string, string | null>>;
  readonly sizeBytes: number;
  readonly modificationTimeMs: number;
  readonly deletionVector?: DeletionVectorDescriptor;
  /** The statistics of the file, as JSON; absent if its writer gave none. */
  readonly statistics?: string;
}

/** The `txn` action: how far an application has written to the table. */
export interface TransactionAction {
  readonly appId: string;
  readonly version: number;
}

/** The `remove` action, with the fields that replay needs. */
export interface RemoveAction {
  readonly path: string;
  readonly deletionVector?: DeletionVectorDescriptor;
}

/** The actions of a commit or a checkpoint that determine a version. */
export interface LogActions {
  protocol?: DeltaProtocol;
  metaData?: MetadataAction;
  readonly adds: AddAction[];
  readonly removes: RemoveAction[];
  readonly transactions: TransactionAction[];
  /** File names of sidecars, relative to `_delta_log/_sidecars` or absolute URIs. */
  readonly sidecars: string[];
  inCommitTimestampMs?: number;
}

/** Creates an empty set of actions. */
export function emptyLogActions(): LogActions {
  return { adds: [], removes: [], transactions: [], sidecars: [] };
}

const deletionVector = z
  .object({
    storageType: z.string(),
    pathOrInlineDv: z.string(),
    offset: z.number().int().nonnegative().nullish(),
    sizeInBytes: z.number().int().nonnegative(),
    cardinality: z.number().int().nonnegative(),
  })
  .transform(
    ({ offset, ...rest }): DeletionVectorDescriptor =>
      offset === null || offset === undefined ? rest : { ...rest, offset },
  );

const protocol = z
  .object({
    minReaderVersion: z.number().int(),
    minWriterVersion: z.number().int(),
    readerFeatures: z.array(z.string()).nullish(),
    writerFeatures: z.array(z.string()).nullish(),
  })
  .transform(
    ({ readerFeatures, writerFeatures, ...versions }): DeltaProtocol => ({
      ...versions,
      ...(readerFeatures ? { readerFeatures } : {}),
      ...(writerFeatures ? { writerFeatures } : {}),
    }),
  );

const metaData = z
  .object({
    id: z.string(),
    name: z.string().nullish(),
    description: z.string().nullish(),
    schemaString: z.string(),
    partitionColumns: z.array(z.string()).nullish(),
    configuration: z.record(z.string(), z.string().nullable()).nullish(),
    createdTime: z.number().nullish(),
  })
  .transform(
    (raw): MetadataAction => ({
      id: raw.id,
      ...(raw.name ? { name: raw.name } : {}),
      ...(raw.description ? { description: raw.description } : {}),
      schemaString: raw.schemaString,
      partitionColumns: raw.partitionColumns ?? [],
      configuration: Object.fromEntries(
        Object.entries(raw.configuration ?? {}).filter(
          (entry): entry is [string, string] => entry[1] !== null,
        ),
      ),
      ...(typeof raw.createdTime === 'number' ? { createdTimeMs: raw.createdTime } : {}),
    }),
  );

const add = z
  .object({
    path: z.string(),
    partitionValues: z.record(z.string(), z.string().nullable()).nullish(),
    size: z.number(),
    modificationTime: z.number().nullish(),
    deletionVector: deletionVector.nullish(),
    stats: z.string().nullish(),
  })
  .transform(
    (raw): AddAction => ({
      path: raw.path,
      partitionValues: raw.partitionValues ?? {},
      sizeBytes: raw.size,
      modificationTimeMs: raw.modificationTime ?? 0,
      ...(raw.deletionVector ? { deletionVector: raw.deletionVector } : {}),
      ...(typeof raw.stats === 'string' ? { statistics: raw.stats } : {}),
    }),
  );

const remove = z
  .object({ path: z.string(), deletionVector: deletionVector.nullish() })
  .transform(
    (raw): RemoveAction =>
      raw.deletionVector
        ? { path: raw.path, deletionVector: raw.deletionVector }
        : { path: raw.path },
  );

const transaction = z.object({ appId: z.string(), version: z.number() });
const sidecar = z.object({ path: z.string() });
const commitInfo = z.object({ inCommitTimestamp: z.number().nullish() });

/**
 * Adds the action in one entry of a log file to `into`. Ignores actions and fields that do not
 * determine a version, as the protocol requires.
 *
 * Throws zod's error when an action does not have the form that the protocol defines.
 */
export function collectAction(entry: unknown, into: LogActions): void {
  if (typeof entry !== 'object' || entry === null)
    throw new TypeError('an action must be an object');
  for (const [name, value] of Object.entries(entry)) {
    if (value === null || value === undefined) continue;
    switch (name) {
      case 'add':
        into.adds.push(add.parse(value));
        break;
      case 'remove':
        into.removes.push(remove.parse(value));
        break;
      case 'txn':
        into.transactions.push(transaction.parse(value));
        break;
      case 'metaData':
        into.metaData = metaData.parse(value);
        break;
      case 'protocol':
        into.protocol = protocol.parse(value);
        break;
      case 'sidecar':
        into.sidecars.push(sidecar.parse(value).path);
        break;
      case 'commitInfo': {
        const timestamp = commitInfo.safeParse(value).data?.inCommitTimestamp;
        if (typeof timestamp === 'number') into.inCommitTimestampMs = timestamp;
        break;
      }
    }
  }
}

/** The identity of a deletion vector within its table. Replay uses it in the key of a file. */
export function deletionVectorId(descriptor: DeletionVectorDescriptor): string {
  const { storageType, pathOrInlineDv, offset } = descriptor;
  return storageType + pathOrInlineDv + (offset === undefined ? '' : `@${offset}`);
}
