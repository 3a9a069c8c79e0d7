import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { openFileStore } from './file-store.ts';
import { namesIn } from './system/names-in.ts';
import { isNoPlainFile, readPlainFile } from './system/plain-file.ts';
import { processIdentity } from './system/process-identity.ts';
import { livenessOfClaim } from './system/process-liveness.ts';
import { errnoOf } from './system/system-errors.ts';

/** The default folder of spools. */
const DEFAULT_ROOT = './tidemark-spool';
/** The file with the server of a spool: `{"format": 1, "server": "http://…"}`. */
const SERVER_FILE = 'server.json';
/** The file that names the process which writes to the spool; removed at its end. */
const WRITER_FILE = 'writer.json';
const STORE_FOLDER = 'store';
/** The longest file, far longer than either file is. */
const LONGEST_BYTES = 64 * 1024;

/** The writes that were made while a server was unreachable. */
export interface SpoolFolder {
  /** The folder with the spool and the name of its server. */
  readonly folder: string;
  /** The folder of the store in it. */
  readonly storeFolder: string;
  /** The server's address. */
  readonly server: string;
  /** Whether a process may still write to it: it lives, or is on another machine. */
  readonly inUse: boolean;
}

/** Returns the folder of all spools: the given one, otherwise TIDEMARK_SPOOL; `undefined` if spools are off. */
export function spoolRoot(
  given: string | false | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  assertArguments({ environment }, 'spoolRoot', { environment: 'object' });
  const root = given ?? (environment.TIDEMARK_SPOOL || DEFAULT_ROOT);
  if (root === false || root === 'off') return undefined;
  assertArguments({ root }, 'spoolRoot', { root: 'string' });
  return resolve(root);
}

/** A spool that this process writes to. */
export interface OpenSpool {
  readonly store: Store;
  /** Marks the spool as free. Call it after you closed the store. */
  release(): void;
}

/** Creates a spool for a server. Each process has its own. The first write creates the store in it. */
export function openSpool(root: string, server: string): OpenSpool {
  assertArguments({ root, server }, 'openSpool', { root: 'string', server: 'string' });
  const writer = processIdentity();
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(join(root, `${new URL(server).host.replaceAll(/[^\w.-]/g, '_')}-`));
  writeFileSync(join(folder, WRITER_FILE), `${JSON.stringify(writer)}\n`);
  writeFileSync(join(folder, SERVER_FILE), `${JSON.stringify({ format: 1, server })}\n`);
  return {
    store: openFileStore(join(folder, STORE_FOLDER)),
    release: () => rmSync(join(folder, WRITER_FILE), { force: true }),
  };
}

/** Returns the spools below a root, sorted by folder. */
export function findSpools(root: string): SpoolFolder[] {
  assertArguments({ root }, 'findSpools', { root: 'string' });
  return namesIn(root)
    .sort()
    .flatMap((name) => {
      const folder = join(root, name);
      const server = serverOf(folder);
      return server === undefined
        ? []
        : [{ folder, storeFolder: join(folder, STORE_FOLDER), server, inUse: isInUse(folder) }];
    });
}

function serverOf(folder: string): string | undefined {
  const { server } = readJson(join(folder, SERVER_FILE));
  return typeof server === 'string' ? server : undefined;
}

function isInUse(folder: string): boolean {
  const claim = readJson(join(folder, WRITER_FILE));
  return claim.pid !== undefined && livenessOfClaim(claim) !== 'gone';
}

/** Returns the JSON object in a file; an empty object if there is no such file or no object in it. */
function readJson(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readPlainFile(file, LONGEST_BYTES).toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return {};
    if (isNoPlainFile(errnoOf(error))) return {};
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
