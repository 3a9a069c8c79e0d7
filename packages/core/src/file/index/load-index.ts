import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { IndexDamaged } from './index-damaged.ts';
import { type Manifest, newestManifest, unpackReplaced } from './manifest.ts';
import { filePart, PartReader } from './part-source.ts';
import { PartTable } from './part-table.ts';

/** An opened index. Its columns are read and checked when they are needed. */
export interface LoadedIndex {
  readonly number: number;
  readonly manifest: Manifest;
  /** The tables, one for each part of the manifest. */
  readonly tables: readonly PartTable[];
}

/** Opens the newest index of a store; `undefined` if the store has no index, or if a part of it is damaged or was replaced. */
export function loadIndex(folder: string, storeId: string): LoadedIndex | undefined {
  const newest = newestManifest(folder, storeId);
  if (newest === undefined) return undefined;
  try {
    const tables = newest.manifest.parts.map((part) => {
      const reader = new PartReader(filePart(join(folder, LAYOUT.index, part.file)));
      const { store, rowCount } = reader.header;
      if (reader.check !== part.check || store !== storeId || rowCount !== part.rowCount) {
        throw new IndexDamaged(part.file, 'is not the part that the manifest names');
      }
      return new PartTable(reader, unpackReplaced(part), part.file);
    });
    return { ...newest, tables };
  } catch (error) {
    if (error instanceof IndexDamaged) return undefined;
    throw error;
  }
}
