import { removeIndex } from '../../gc/remove-index.ts';
import { loadIndex } from '../../index/load-index.ts';
import { manifestNumbers, readManifest } from '../../index/manifest.ts';
import { LAYOUT } from '../../layout.ts';
import { isStillCovered } from '../../log-coverage.ts';
import { inspectStoreFolder } from '../../store-file.ts';
import type { Check } from '../check.ts';

const FIX = 'Removes the index; it is made again from the logs.';

/** An index that is damaged, of another store, or of logs that are not there any more. */
export const derivedFiles: Check = {
  name: 'derived-files',
  meaning: 'The index does not fit the logs: reading passes it over and takes longer.',
  *find({ folder }) {
    const number = manifestNumbers(folder).at(-1);
    if (number === undefined) return;
    const manifest = readManifest(folder, number);
    const storeId = inspectStoreFolder(folder)?.id ?? '';
    const problem =
      manifest === undefined
        ? 'is damaged'
        : manifest.store !== storeId
          ? 'is that of another store'
          : loadIndex(folder, storeId) === undefined
            ? 'names parts that are missing or damaged'
            : manifest.logs.some((log) => !isStillCovered(folder, log))
              ? 'is of logs that were replaced since'
              : undefined;
    if (problem === undefined) return;
    yield {
      severity: 'note',
      place: LAYOUT.index,
      message: `The index ${problem}. Every answer is right all the same.`,
      fix: FIX,
    };
  },
  async fix({ folder }) {
    removeIndex(folder);
  },
};
