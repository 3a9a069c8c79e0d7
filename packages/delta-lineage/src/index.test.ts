import { expect, it } from 'vitest';
import * as entry from './index.ts';

it('exports what the README documents, and nothing else', () => {
  expect(Object.keys(entry).sort()).toEqual([
    'appendToDeltaTable',
    'createDeltaTable',
    'deltaHistory',
    'deltaTypeName',
    'modelLineage',
    'openDeltaSnapshot',
    'previewDeltaTable',
    'readDatasetVersion',
    'readDeltaTable',
    'snapshotDigest',
  ]);
});
