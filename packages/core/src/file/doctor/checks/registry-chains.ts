import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isTidemarkError } from '../../../errors.ts';
import { verifyChain } from '../../../registry/verify-chain.ts';
import { COMMIT_FILE, LAYOUT } from '../../layout.ts';
import { errnoOf } from '../../system/system-errors.ts';
import type { Check } from '../check.ts';

/** Finds chains of commits that are damaged, incomplete, or in the wrong folder. */
export const registryChains: Check = {
  name: 'registry-chains',
  meaning:
    'The history of a registered model was changed or is incomplete. Readers do not show the model.',
  async *find({ folder, store, damage }) {
    // Each listing reports what it skips.
    await store.registry.list();
    const broken = new Map(
      damage
        .filter(({ file }) => file.startsWith(`${LAYOUT.registry}/`))
        .map(({ file, reason }) => [file, reason]),
    );
    for (const [place, message] of broken) yield { severity: 'error', place, message };
    for (const name of (await store.registry.chains?.names()) ?? []) {
      try {
        await verifyChain(store, name);
      } catch (error) {
        if (!isTidemarkError(error)) throw error;
        if ([...broken.values()].includes(error.message)) continue;
        yield { severity: 'error', place: name, message: error.message };
      }
    }
    for (const chain of foldersIn(join(folder, LAYOUT.registry))) {
      const numbers = commitNumbers(join(folder, LAYOUT.registry, chain));
      const missing = numbers.findIndex((number, index) => number !== index + 1);
      if (missing === -1) continue;
      yield {
        severity: 'error',
        place: `${LAYOUT.registry}/${chain}`,
        message: `Commit ${missing + 1} is missing. Restore it from a copy of the store.`,
      };
    }
  },
};

function foldersIn(place: string): string[] {
  try {
    return readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

function commitNumbers(place: string): number[] {
  return readdirSync(place)
    .filter((name) => COMMIT_FILE.test(name))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
}
