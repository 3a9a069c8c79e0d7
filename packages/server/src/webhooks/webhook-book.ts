import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TidemarkError } from '@tidemark/core';
import { z } from 'zod';
import { makePrivateFolder, writePrivateFile } from '../write-private-file.ts';
import type { WebhookRecord } from './webhook-record.ts';

const FORMAT = 1;

const event = z.object({ entity: z.string(), action: z.string() });
const record = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  url: z.string(),
  events: z.array(event),
  sealedSecret: z.string().optional(),
  status: z.enum(['ACTIVE', 'DISABLED']),
  creationTimeMs: z.int(),
  lastUpdateTimeMs: z.int(),
});
const schema = z.object({ format: z.literal(FORMAT), webhooks: z.array(record) });

/** The storage of webhooks. */
export interface WebhookBook {
  /** Returns all webhooks, newest first. */
  list(): readonly WebhookRecord[];
  replace(webhooks: readonly WebhookRecord[]): void;
}

/** Returns a book that ends with the process, for a server without a folder. */
export function memoryBook(): WebhookBook {
  let kept: readonly WebhookRecord[] = [];
  return {
    list: () => kept,
    replace: (webhooks) => {
      kept = webhooks;
    },
  };
}

/**
 * Returns a book in a file, which is read again for each call. It is small, another server of the same store may
 * change it, and a deleted webhook must get no more events.
 */
export function fileBook(path: string): WebhookBook {
  return {
    list: () => readBook(path),
    replace: (webhooks) => {
      try {
        makePrivateFolder(dirname(path));
        writePrivateFile(path, `${JSON.stringify({ format: FORMAT, webhooks }, null, 2)}\n`);
      } catch (cause) {
        throw new TidemarkError(
          'WRITE_FAILED',
          `The webhooks could not be written to ${path}. Check its permissions and the free space, then repeat the request.`,
          { cause },
        );
      }
    },
  };
}

/** Reads the file. @throws STORE_DAMAGED */
function readBook(path: string): readonly WebhookRecord[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw damaged(path, cause);
  }
  try {
    // zod treats absent and undefined alike, our types do not.
    return JSON.parse(JSON.stringify(schema.parse(JSON.parse(text)).webhooks)) as WebhookRecord[];
  } catch (cause) {
    throw damaged(path, cause);
  }
}

function damaged(path: string, cause: unknown): TidemarkError {
  return new TidemarkError(
    'STORE_DAMAGED',
    `The file of webhooks ${path} cannot be read, because its content is damaged. Remove it and create the webhooks again. Nothing else depends on it.`,
    { cause, details: { path } },
  );
}
