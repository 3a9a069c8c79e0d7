import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { LAYOUT } from '../layout.ts';
import type { FolderIdentity, LogCoverage } from '../log/log-coverage.ts';
import type { StoreDamage } from '../store-damage.ts';
import { readPlainFile } from '../system/plain-file.ts';
import type { ProcessIdentity } from '../system/process-identity.ts';
import { putIfAbsent } from '../system/put-if-absent.ts';
import { errnoOf } from '../system/system-errors.ts';

/** The version of the manifests. Others are ignored, and the index is created again. */
const MANIFEST_FORMAT = 1;
/** The names of manifests, such as `000000000001.json`. */
const MANIFEST_FILE: RegExp = /^\d{12}\.json$/;

/** One part, as a manifest names it. */
export interface ManifestPart {
  /** `part-<id>.bin` */
  readonly file: string;
  readonly rowCount: number;
  /** CRC-32 of the part's header, which has the checks of the rest. */
  readonly check: number;
  /** A bit for each row that a later part replaces, in base64; empty if there are none. */
  readonly replaced: string;
}

/** The parts of an index, and the bytes of the logs that they cover. */
export interface Manifest {
  readonly format: number;
  readonly store: string;
  /** The latest stamp among the events covered, microseconds. */
  readonly latestStampUs: number;
  /** Oldest first. */
  readonly parts: readonly ManifestPart[];
  readonly logs: readonly LogCoverage[];
  readonly logsFolder?: FolderIdentity;
  /** The processes of the writers of runs that have not ended. */
  readonly processes: Readonly<Record<string, ProcessIdentity>>;
  /** The damage in the covered bytes; absent if there is none. */
  readonly damage?: readonly StoreDamage[];
}

/** A manifest and its number. */
export interface NumberedManifest {
  readonly number: number;
  readonly manifest: Manifest;
}

const process = z.looseObject({ host: z.string(), pid: z.int() });

const schema = z.object({
  format: z.literal(MANIFEST_FORMAT),
  store: z.string(),
  latestStampUs: z.int().nonnegative(),
  parts: z.array(
    z.object({
      file: z.string().regex(/^part-[0-9a-f]+\.bin$/),
      rowCount: z.int().nonnegative(),
      check: z.int().nonnegative(),
      replaced: z.string(),
    }),
  ),
  // Thousands of logs: one check for all of them instead of a schema for each.
  logs: z.custom<LogCoverage[]>(Array.isArray),
  logsFolder: z.object({ inode: z.string(), modifiedNs: z.string() }).exactOptional(),
  processes: z.record(z.string(), process),
  damage: z
    .array(
      z.object({
        file: z.string(),
        offset: z.int(),
        reason: z.string(),
        isForeign: z.literal(true).exactOptional(),
      }),
    )
    .exactOptional(),
});

/** `{"check":"<8 hex digits>","manifest":{…}}`: the check is the CRC-32 of the JSON of the manifest. */
/** The longest manifest. The manifest of a store with a million logs is shorter. */
const LONGEST_BYTES = 512 * 1024 * 1024;

const PREFIX_LENGTH = '{"check":"00000000","manifest":'.length;

/** Returns the newest undamaged manifest of this store; `undefined` if there is none. */
export function newestManifest(folder: string, storeId: string): NumberedManifest | undefined {
  for (const number of manifestNumbers(folder).reverse()) {
    const manifest = readManifest(folder, number);
    if (manifest?.store === storeId) return { number, manifest };
  }
  return undefined;
}

/** Returns the numbers of all manifests, including damaged ones, in ascending order. */
export function manifestNumbers(folder: string): number[] {
  try {
    return readdirSync(join(folder, LAYOUT.index))
      .filter((name) => MANIFEST_FILE.test(name))
      .map(Number.parseFloat)
      .sort((a, b) => a - b);
  } catch (error) {
    // There is no index, or it cannot be read. The logs have everything.
    if (errnoOf(error) !== undefined) return [];
    throw error;
  }
}

/** Writes a manifest under a number. Returns false if another process has written one. */
export function putManifest(folder: string, { number, manifest }: NumberedManifest): boolean {
  const json = JSON.stringify(manifest);
  const check = crc32(json).toString(16).padStart(8, '0');
  return putIfAbsent(manifestPath(folder, number), `{"check":"${check}","manifest":${json}}\n`);
}

/** Returns the path of a manifest. */
export function manifestPath(folder: string, number: number): string {
  return join(folder, LAYOUT.index, `${String(number).padStart(12, '0')}.json`);
}

/** Reads the manifest of a number; `undefined` if it is missing, damaged, or of another version. */
export function readManifest(folder: string, number: number): Manifest | undefined {
  try {
    const text = readPlainFile(manifestPath(folder, number), LONGEST_BYTES).toString();
    const json = text.slice(PREFIX_LENGTH, -2);
    if (crc32(json) !== Number.parseInt(text.slice(10, 18), 16)) return undefined;
    const parsed = schema.safeParse(JSON.parse(json));
    return parsed.success ? (parsed.data as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the bits of `ManifestPart.replaced`, one byte for each. */
export function unpackReplaced({ replaced, rowCount }: ManifestPart): Uint8Array {
  const rows = new Uint8Array(rowCount);
  const bits = Buffer.from(replaced, 'base64');
  for (let row = 0; row < rowCount && row >> 3 < bits.length; row += 1) {
    rows[row] = ((bits[row >> 3] as number) >> (row & 7)) & 1;
  }
  return rows;
}

/** Inverse of `unpackReplaced`. */
export function packReplaced(rows: Uint8Array): string {
  const last = rows.lastIndexOf(1);
  const bits = Buffer.alloc(last === -1 ? 0 : (last >> 3) + 1);
  for (let row = 0; row <= last; row += 1) {
    if (rows[row] === 1) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
  }
  return bits.toString('base64');
}
