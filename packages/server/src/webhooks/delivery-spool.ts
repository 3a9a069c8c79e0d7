import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makePrivateFolder } from '../write-private-file.ts';
import type { Delivery } from './delivery.ts';

/** Keeps deliveries until they have arrived, so that they outlive the process. */
export interface DeliverySpool {
  /** Whether what is put there is there for the next process. */
  readonly outlives: boolean;
  put(delivery: Delivery): Promise<void>;
  remove(delivery: Delivery): Promise<void>;
  /** What an earlier process did not deliver, the oldest first. What cannot be read is left where it is. */
  pending(): Promise<readonly Delivery[]>;
}

const schema = z.object({
  id: z.uuid(),
  webhookId: z.string(),
  body: z.string(),
  createdAtMs: z.int(),
});

/** A spool for a server without a folder: what is not delivered when the process ends is lost. */
export function noSpool(): DeliverySpool {
  return { outlives: false, put: async () => {}, remove: async () => {}, pending: async () => [] };
}

/** One file for each delivery, in a folder that only its owner may read. */
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

/** `undefined` when it arrived meanwhile: another server of the store has the same spool. */
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
    // Torn by the end of a machine; it is left for people to look at.
    return undefined;
  }
}
