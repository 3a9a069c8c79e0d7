/** The file names of `_delta_log` by kind (PROTOCOL.md, "Delta Log Entries", "Checkpoints"). */
export interface LogListing {
  /** Names of the commit files by version. */
  readonly commits: ReadonlyMap<number, string>;
  /** Complete checkpoints, latest version first. */
  readonly checkpoints: readonly CheckpointFiles[];
}

/** The files of a complete checkpoint. */
export interface CheckpointFiles {
  readonly version: number;
  /** One file name, or the parts of a multi-part checkpoint in order. */
  readonly names: readonly string[];
  readonly format: 'parquet' | 'json';
}

/** The files that make up a version. */
export interface LogSegment {
  readonly version: number;
  readonly checkpoint?: CheckpointFiles;
  /** Names of the commit files after the checkpoint, in order. */
  readonly commits: readonly string[];
}

/** The versions `from` to `to`, both included. */
export interface VersionRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Sorts the file names of a `_delta_log` folder by kind. Ignores hidden files, compacted logs, checksums,
 * staged commits, unknown files, and multi-part checkpoints that lack a part.
 */
export function listLog(names: Iterable<string>): LogListing {
  const commits = new Map<number, string>();
  const checkpoints: CheckpointFiles[] = [];
  const parts = new Map<string, { version: number; count: number; names: Map<number, string> }>();
  for (const name of names) {
    const match = LOG_FILE.exec(name);
    if (match === null) continue;
    const version = Number(match[1]);
    if (!Number.isSafeInteger(version)) continue;
    const kind = match[2] ?? '';
    if (kind === 'json') commits.set(version, name);
    else if (kind === 'checkpoint.parquet') {
      checkpoints.push({ version, names: [name], format: 'parquet' });
    } else if (match[3] !== undefined && match[4] !== undefined) {
      const count = Number(match[4]);
      const key = `${version}/${count}`;
      const group = parts.get(key) ?? { version, count, names: new Map<number, string>() };
      group.names.set(Number(match[3]), name);
      parts.set(key, group);
    } else {
      checkpoints.push({
        version,
        names: [name],
        format: match[6] === 'json' ? 'json' : 'parquet',
      });
    }
  }
  for (const { version, count, names: found } of parts.values()) {
    const inOrder = Array.from({ length: count }, (_, index) => found.get(index + 1));
    if (count > 0 && inOrder.every((name) => name !== undefined)) {
      checkpoints.push({ version, names: inOrder, format: 'parquet' });
    }
  }
  checkpoints.sort((a, b) => b.version - a.version);
  return { commits, checkpoints };
}

/** The latest version in the listing, or undefined for an empty log. */
export function latestVersion(listing: LogListing): number | undefined {
  let latest = listing.checkpoints[0]?.version;
  for (const version of listing.commits.keys()) {
    if (latest === undefined || version > latest) latest = version;
  }
  return latest;
}

/**
 * The ways to assemble `version`, best first: from the latest complete checkpoint at or before it with
 * every commit since, then from earlier checkpoints, then from commit 0. Empty when no way exists.
 */
export function planSegments(listing: LogListing, version: number): LogSegment[] {
  const segments: LogSegment[] = [];
  const commits: string[] = [];
  let next = version;
  for (const checkpoint of listing.checkpoints) {
    if (checkpoint.version > version) continue;
    next = takeCommits(listing, next, checkpoint.version, commits);
    if (next > checkpoint.version) return segments;
    segments.push({ version, checkpoint, commits: commits.toReversed() });
  }
  next = takeCommits(listing, next, -1, commits);
  if (next === -1) segments.push({ version, commits: commits.toReversed() });
  return segments;
}

/** The versions that the log can still produce, as ranges in ascending order. */
export function recreatableVersions(listing: LogListing): VersionRange[] {
  const starts = new Set(listing.checkpoints.map((checkpoint) => checkpoint.version));
  if (listing.commits.has(0)) starts.add(0);
  const ranges: { from: number; to: number }[] = [];
  for (const start of [...starts].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && start <= last.to) continue;
    let to = start;
    while (listing.commits.has(to + 1)) to += 1;
    if (last !== undefined && start === last.to + 1) last.to = to;
    else ranges.push({ from: start, to });
  }
  return ranges;
}

/** Formats ranges for people: `0–4, 10–21`. */
export function formatVersionRanges(ranges: readonly VersionRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}

const LOG_FILE =
  /^(\d{20})\.(json|checkpoint\.parquet|checkpoint\.(\d{10})\.(\d{10})\.parquet|checkpoint\.([^.]+)\.(json|parquet))$/;

/** Appends the commits from `next` down to just above `floor`. Returns the first version that has no commit. */
function takeCommits(listing: LogListing, next: number, floor: number, into: string[]): number {
  let version = next;
  while (version > floor) {
    const name = listing.commits.get(version);
    if (name === undefined) break;
    into.push(name);
    version -= 1;
  }
  return version;
}
