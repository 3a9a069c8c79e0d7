import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openFileStore } from '../file/file-store.ts';
import type { Store } from '../store/store.ts';

/** Where spools lie when nothing says otherwise. */
const DEFAULT_ROOT = './tidemark-spool';
/** Says which server a spool is for: `{"format": 1, "server": "http://…"}`. */
const SERVER_FILE = 'server.json';
const STORE_FOLDER = 'store';

/** What was written while a server was away. */
export interface SpoolFolder {
  /** The folder with the spool and the name of its server. */
  readonly folder: string;
  /** The folder of the store in it. */
  readonly storeFolder: string;
  /** The server's address. */
  readonly server: string;
}

/** The folder of all spools: as given, else TIDEMARK_SPOOL; `undefined` when there is to be none. */
export function spoolRoot(
  given: string | false | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const root = given ?? (environment.TIDEMARK_SPOOL || DEFAULT_ROOT);
  return root === false || root === 'off' ? undefined : resolve(root);
}

/** Opens the spool for a server, one folder for each; the first write creates it. */
export function openSpool(root: string, server: string): Store {
  const hash = createHash('sha256').update(server).digest('hex').slice(0, 8);
  const folder = join(root, `${new URL(server).host.replaceAll(/[^\w.-]/g, '_')}-${hash}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, SERVER_FILE), `${JSON.stringify({ format: 1, server })}\n`);
  return openFileStore(join(folder, STORE_FOLDER));
}

/** The spools below a root, sorted by folder. */
export function findSpools(root: string): SpoolFolder[] {
  return namesIn(root)
    .sort()
    .flatMap((name) => {
      const folder = join(root, name);
      const server = serverOf(folder);
      return server === undefined
        ? []
        : [{ folder, storeFolder: join(folder, STORE_FOLDER), server }];
    });
}

function namesIn(root: string): string[] {
  try {
    return readdirSync(root);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function serverOf(folder: string): string | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, SERVER_FILE), 'utf8'));
    const server = (value as { server?: unknown } | null)?.server;
    return typeof server === 'string' ? server : undefined;
  } catch (error) {
    // Another folder, or a file: not a spool.
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
