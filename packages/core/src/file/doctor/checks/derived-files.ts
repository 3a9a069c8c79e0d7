import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
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
import { loadRegistryHeadsFile } from '../../registry/registry-heads-file.ts';
import { unusableAnnouncements } from '../../registry/version-announcements.ts';
import { inspectStoreFolder } from '../../store-file.ts';
import { lookAtFolder } from '../../system/folder-sight.ts';
import { namesIn } from '../../system/names-in.ts';
import type { Check } from '../check.ts';

const REPAIR = {
  fix: 'Removes the index. Reading recreates it from the logs and the registry chains.',
  fixed: 'Removed the index. Reading recreates it from the logs and the registry chains.',
};

/** Finds an index or a snapshot that is damaged, of another store, or of logs that no longer exist. */
export const derivedFiles: Check = {
  name: 'derived-files',
  meaning: 'A derived file does not match its sources: reads ignore it and take longer.',
  *find({ folder }) {
    for (const place of unfitSnapshots(folder)) {
      yield {
        severity: 'note',
        place,
        message: 'The snapshot does not match its registry chain. Remove it; reading recreates it.',
        ...REPAIR,
      };
    }
    if (!areHeadsFit(folder)) {
      yield {
        severity: 'note',
        place: LAYOUT.registryHeads,
        message:
          'The file of heads does not match the registry chains. Remove it; reading recreates it.',
        ...REPAIR,
      };
    }
    for (const place of unusableAnnouncements(folder)) {
      yield {
        severity: 'note',
        place,
        message: 'It announces no version that a reader could use. Every answer is still right.',
        fix: 'Removes it.',
        fixed: 'Removed it.',
      };
    }
    const problem = indexProblem(folder);
    if (problem !== undefined) {
      yield {
        severity: 'note',
        place: LAYOUT.index,
        message: `The index ${problem}. All answers are still right.`,
        ...REPAIR,
      };
    }
    const points = pointsProblem(folder, inspectStoreFolder(folder)?.id ?? '');
    if (points === undefined) return;
    yield {
      severity: 'note',
      place: `${LAYOUT.index}/${points.file}`,
      message: `The part of points ${points.reason}. All answers are still right.`,
      ...REPAIR,
    };
  },
  async fix({ folder }, { place }) {
    if (place.startsWith(`${LAYOUT.announcements}/`)) {
      await rm(join(folder, place), { force: true, recursive: true });
    } else removeIndex(folder);
  },
};

/** Returns the snapshots that are damaged or differ from their commits. */
function* unfitSnapshots(folder: string): Generator<string> {
  for (const name of namesIn(join(folder, LAYOUT.chainSnapshots))) {
    const chainFolder = `${LAYOUT.registry}/${basename(name, '.json')}`;
    const snapshot = readChainSnapshot(folder, chainFolder);
    if (snapshot === undefined || !isStateOf(folder, chainFolder, snapshot)) {
      yield `${LAYOUT.chainSnapshots}/${name}`;
    }
  }
}

/** Whether the file of heads is undamaged, and every state in it that readers would use is right. */
function areHeadsFit(folder: string): boolean {
  if (!existsSync(join(folder, LAYOUT.registryHeads))) return true;
  const heads = loadRegistryHeadsFile(folder);
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
    // Another check reports the damaged chain.
    if (isTidemarkError(error)) return true;
    throw error;
  }
  return false;
}

function text(chain: RegistryChain): string {
  return canonicalJson(JSON.parse(JSON.stringify(chain)));
}
