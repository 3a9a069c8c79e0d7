import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makePrivateFolder } from '../write-private-file.ts';
import type { Delivery } from './delivery.ts';

/** Keeps deliveries until they have arrived, so that they survive the process. */
export interface DeliverySpool {
  /** Whether the next process finds the deliveries. */
  readonly outlives: boolean;
  put(delivery: Delivery): Promise<void>;
  remove(delivery: Delivery): Promise<void>;
  /**
   * Returns the deliveries that an earlier process left, oldest first. A file that cannot be read stays where it
   * is.
   */
  pending(): Promise<readonly Delivery[]>;
}

const schema = z.object({
  id: z.uuid(),
  webhookId: z.string(),
  body: z.string(),
  createdAtMs: z.int(),
});

/**
 * Returns a spool for a server without a folder. Deliveries that have not arrived are lost when the process ends.
 */
export function noSpool(): DeliverySpool {
  return { outlives: false, put: async () => {}, remove: async () => {}, pending: async () => [] };
}

/** Returns a spool of one file for each delivery, in a folder that only its owner may read. */
export function fileSpool(folder: string): DeliverySpool {
  const pathOf = ({ id }: Delivery) => join(folder, `${id}.json`);
  return {
    outlives: true,
    async put(delivery) {
      makePrivateFolder(folder);
      const path = pathOf(delivery);
      await writeFile(`${path}.partial`, JSON.stringify(delivery), { mode: 0o600 });
      await rename(`${path}.partial`, path);
    },
    async remove(delivery) {
      await rm(pathOf(delivery), { force: true });
    },
    async pending() {
      const found: Delivery[] = [];
      for (const name of await namesIn(folder)) {
        if (!name.endsWith('.json')) continue;
        const text = await textOf(join(folder, name));
        if (text === undefined) continue;
        const parsed = schema.safeParse(jsonOf(text));
        if (parsed.success) found.push(parsed.data);
      }
      return found.sort((a, b) => a.createdAtMs - b.createdAtMs);
    },
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Returns the text of a file, or `undefined` when it was removed: another server of the store has the same spool.
 */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A crash of the machine tore the file. It stays for people to look at.
    return undefined;
  }
}
