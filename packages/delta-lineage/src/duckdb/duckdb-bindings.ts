import { createRequire } from 'node:module';

/** A column of a chunk in DuckDB's memory. Valid until the next chunk is fetched. */
export interface RawVector {
  readonly __duckdb_type: 'duckdb_vector';
}

/** A chunk of at most 2048 rows in DuckDB's memory. */
export interface RawChunk {
  readonly __duckdb_type: 'duckdb_data_chunk';
}

/**
 * The functions of DuckDB's C interface that move whole columns; the API of `@duckdb/node-api` moves single
 * values. The types are declared here because its bindings package is its dependency, not ours.
 */
export interface DuckdbBindings {
  data_chunk_get_vector(chunk: RawChunk, columnIndex: number): RawVector;
  data_chunk_set_size(chunk: RawChunk, rowCount: number): void;
  vector_get_data(vector: RawVector, byteCount: number): Uint8Array;
  /** The validity bitmap, one bit for each row (1 = valid); null when every row is valid. */
  vector_get_validity(vector: RawVector, byteCount: number): Uint8Array | null;
  vector_ensure_validity_writable(vector: RawVector): void;
  vector_assign_string_element_len(vector: RawVector, index: number, data: Uint8Array): void;
  list_vector_get_child(vector: RawVector): RawVector;
  list_vector_get_size(vector: RawVector): number;
  list_vector_set_size(vector: RawVector, size: number): void;
  list_vector_reserve(vector: RawVector, capacity: number): void;
  struct_vector_get_child(vector: RawVector, index: number): RawVector;
  get_data_from_pointer(
    buffer: ArrayBufferLike,
    pointerOffset: number,
    byteCount: number,
  ): Uint8Array;
  copy_data_to_vector(
    vector: RawVector,
    targetOffset: number,
    source: ArrayBufferLike,
    sourceOffset: number,
    byteCount: number,
  ): void;
  copy_data_to_vector_validity(
    vector: RawVector,
    targetOffset: number,
    source: ArrayBufferLike,
    sourceOffset: number,
    byteCount: number,
  ): void;
}

const requireHere = createRequire(import.meta.url);

/** DuckDB's C bindings, from the copy that `@duckdb/node-api` uses. */
export const duckdbBindings: DuckdbBindings = createRequire(
  requireHere.resolve('@duckdb/node-api'),
)('@duckdb/node-bindings') as DuckdbBindings;
