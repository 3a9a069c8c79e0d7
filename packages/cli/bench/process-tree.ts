import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second in /proc, as on every Linux that Node supports. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** The resources that a process and all its descendants have used so far. */
export interface TreeUsage {
  readonly processes: number;
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** Adds up the usage of `pid` and its descendants. Linux only. */
export function treeUsage(pid: number): TreeUsage {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readStat);
  const tree = new Set([pid]);
  for (let before = 0; before !== tree.size; ) {
    before = tree.size;
    for (const stat of stats) if (tree.has(stat.parent)) tree.add(stat.pid);
  }
  const members = stats.filter((stat) => tree.has(stat.pid));
  return {
    processes: members.length,
    cpuMs: members.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    residentBytes: members.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  };
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/**
 * Parses /proc/<pid>/stat (proc(5)): after the command's name, field 4 is the parent, 14 and 15 the times, 24 the
 * pages.
 */
function readStat(pid: string): Stat[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // The process ended between the listing and the reading.
    return [];
  }
  const fields = (text.split(')').at(-1) ?? '').trim().split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return [
    {
      pid: Number(pid),
      parent: field(4),
      cpuMs: ((field(14) + field(15)) * 1000) / TICKS_PER_SECOND,
      residentBytes: field(24) * PAGE_BYTES,
    },
  ];
}
