import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RegistryChain } from '../../../chain/registry-chain.ts';
import { canonicalJson } from '../../../digest/canonical-json.ts';
import { isTidemarkError } from '../../../errors.ts';
import { removeIndex } from '../../gc/remove-index.ts';
import { indexProblem } from '../../index/index-problem.ts';
import { LAYOUT } from '../../layout.ts';
import { pointsProblem } from '../../points/points-problem.ts';
import { ChainReader } from '../../registry/chain-reader.ts';
import { readChainSnapshot } from '../../registry/chain-snapshot.ts';
import { loadRegistryHeads } from '../../registry/registry-heads.ts';
import { inspectStoreFolder } from '../../store-file.ts';
import { lookAtFolder } from '../../system/folder-sight.ts';
import { namesIn } from '../../system/names-in.ts';
import type { Check } from '../check.ts';

const REPAIR = {
  fix: 'Removes the index; it is made again from the logs and the registry chains.',
  fixed: 'Removed the index; it is made again from the logs and the registry chains.',
};

/** An index that is damaged, of another store, or of logs that are not there any more; snapshots likewise. */
export const derivedFiles: Check = {
  name: 'derived-files',
  meaning: 'The index does not fit what it is made of: reading passes it over and takes longer.',
  *find({ folder }) {
    for (const place of unfitSnapshots(folder)) {
      yield {
        severity: 'note',
        place,
        message: 'The snapshot does not fit its registry chain. Remove it; it is made again.',
        ...REPAIR,
      };
    }
    if (!areHeadsFit(folder)) {
      yield {
        severity: 'note',
        place: LAYOUT.registryHeads,
        message: 'The file of heads does not fit the registry chains. Remove it; it is made again.',
        ...REPAIR,
      };
    }
    const problem = indexProblem(folder);
    if (problem !== undefined) {
      yield {
        severity: 'note',
        place: LAYOUT.index,
        message: `The index ${problem}. Every answer is right all the same.`,
        ...REPAIR,
      };
    }
    const points = pointsProblem(folder, inspectStoreFolder(folder)?.id ?? '');
    if (points === undefined) return;
    yield {
      severity: 'note',
      place: `${LAYOUT.index}/${points.file}`,
      message: `The part of points ${points.reason}. Every answer is still right.`,
      ...REPAIR,
    };
  },
  async fix({ folder }) {
    removeIndex(folder);
  },
};

/** The snapshots that are damaged, or say otherwise than the commits that they are made of. */
function* unfitSnapshots(folder: string): Generator<string> {
  for (const name of namesIn(join(folder, LAYOUT.chainSnapshots))) {
    const chainFolder = `${LAYOUT.registry}/${basename(name, '.json')}`;
    const snapshot = readChainSnapshot(folder, chainFolder);
    if (snapshot === undefined || !isStateOf(folder, chainFolder, snapshot)) {
      yield `${LAYOUT.chainSnapshots}/${name}`;
    }
  }
}

/** Whether the file of heads is whole, and says of no chain that it would be believed of what is not so. */
function areHeadsFit(folder: string): boolean {
  if (!existsSync(join(folder, LAYOUT.registryHeads))) return true;
  const heads = loadRegistryHeads(folder);
  if (heads === undefined) return false;
  return heads.places.every((place) => {
    if (heads.copy(place) === undefined) return false;
    const sight = lookAtFolder(join(folder, place));
    const chain = sight && heads.take(place, sight);
    return chain === undefined || isStateOf(folder, place, chain);
  });
}

function isStateOf(folder: string, chainFolder: string, snapshot: RegistryChain): boolean {
  try {
    for (const { chain } of new ChainReader({ folder, usesSnapshots: false }).foldAll(
      chainFolder,
    )) {
      if (chain.head.number !== snapshot.head.number) continue;
      return text(chain) === text(snapshot);
    }
  } catch (error) {
    // The chain is what is damaged, and another check says so.
    if (isTidemarkError(error)) return true;
    throw error;
  }
  return false;
}

function text(chain: RegistryChain): string {
  return canonicalJson(JSON.parse(JSON.stringify(chain)));
}
