import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { livenessOfClaim, processIdentity } from '@tidemark/core/node';

const CLAIM = /^\.sealing-[0-9a-f-]{36}$/;
const CLAIM_FILE = 'claim.json';
/** A claim of another machine that is older counts as abandoned. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;
/** A claim without its file is being made. If it is older, its process died then, or the disk was full. */
const MADE_WITHIN_MS = 10 * 60 * 1000;

/**
 * The folder of one seal that is running, for its temporary files. It tells other seals which files may still be used:
 * those that were written since the oldest seal that is running began.
 */
export class SealClaim {
  readonly folder: string;
  readonly #lake: string;

  private constructor(lake: string, folder: string) {
    this.#lake = lake;
    this.folder = folder;
  }

  /** Claims the lake. Others may claim it too. */
  static async make(lake: string): Promise<SealClaim> {
    const folder = join(lake, `.sealing-${randomUUID()}`);
    await mkdir(folder, { recursive: true });
    const claim = new SealClaim(lake, folder);
    try {
      await writeFile(join(folder, CLAIM_FILE), JSON.stringify(processIdentity()));
    } catch (error) {
      await claim.release();
      throw error;
    }
    return claim;
  }

  /** Returns when the oldest of the other seals that may be running began. Removes those whose process has ended. */
  async oldestOther(nowMs: number = Date.now()): Promise<number | undefined> {
    let oldest: number | undefined;
    for (const name of await readdir(this.#lake)) {
      const folder = join(this.#lake, name);
      if (!CLAIM.test(name) || folder === this.folder) continue;
      const since = await runningSince(folder, nowMs);
      if (since === undefined) await rm(folder, { recursive: true, force: true });
      else oldest = Math.min(oldest ?? since, since);
    }
    return oldest;
  }

  async release(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** When the seal of a claim began; undefined if it is not running any more. */
async function runningSince(folder: string, nowMs: number): Promise<number | undefined> {
  const info = await stat(folder).catch(() => undefined);
  if (info === undefined) return undefined;
  const { birthtimeMs } = info;
  const owner = await readOwner(join(folder, CLAIM_FILE));
  const liveness = livenessOfClaim(owner);
  const trustedForMs = owner === undefined ? MADE_WITHIN_MS : ABANDONED_AFTER_MS;
  const isYoung = nowMs - birthtimeMs < trustedForMs;
  const runs = liveness === 'unknown' ? isYoung : liveness === 'alive';
  return runs ? birthtimeMs : undefined;
}

/** The process that made a claim; undefined while the claim is being made, and if that failed. */
async function readOwner(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
