import { NODE_CONDITIONS, type Wall } from './rules.ts';
import { importedFile, type SourceFile, type SourceGraph } from './source-graph.ts';
import type { Violation } from './violation.ts';

/**
 * A folder behind a wall imports the rest of its package only through its doors. The rest imports the folder only
 * through its entrances, and imports no module of Node. Imports of types count. Tests and `testing/` do not.
 * A door without an import is an error.
 */
export function checkWalls(graph: SourceGraph, walls: readonly Wall[]): Violation[] {
  return walls.flatMap((wall) => {
    const opened = new Set<string>();
    const violations = sourcesOf(graph, wall).flatMap((file) =>
      file.path.startsWith(wall.folder)
        ? wayOut(graph, wall, file, opened)
        : wayIn(graph, wall, file),
    );
    return [...violations, ...unusedDoors(wall, opened)];
  });
}

function sourcesOf(graph: SourceGraph, { source }: Wall): SourceFile[] {
  return [...graph.files.values()].filter(
    ({ path, role }) => role === 'source' && path.startsWith(source),
  );
}

/** The imports of a file behind the wall that have no door. Records the doors that are used. */
function wayOut(
  graph: SourceGraph,
  wall: Wall,
  file: SourceFile,
  opened: Set<string>,
): Violation[] {
  return file.imports.flatMap(({ target, line }) => {
    const path = importedFile(graph, target, NODE_CONDITIONS)?.path;
    if (!path?.startsWith(wall.source) || path.startsWith(wall.folder)) return [];
    const doors = doorsTo(wall, path.slice(wall.source.length)).filter(([room]) =>
      file.path.startsWith(`${wall.folder}${room}`),
    );
    for (const [room, door] of doors) opened.add(nameOf(room, door));
    if (doors.length > 0) return [];
    const message = `imports ${path}, to which the wall around ${wall.folder} has no door: use a file that has one, or add a door in tools/check-boundaries/rules.ts.`;
    return [{ path: file.path, line, message }];
  });
}

/** The imports of a file outside the wall from behind it, or of Node. */
function wayIn(graph: SourceGraph, wall: Wall, file: SourceFile): Violation[] {
  return file.imports.flatMap(({ target, line }) => {
    if (target.kind === 'builtin') {
      const message = `imports ${target.name}, but in ${wall.source} only ${wall.folder} may use Node: move the code there.`;
      return [{ path: file.path, line, message }];
    }
    const path = importedFile(graph, target, NODE_CONDITIONS)?.path;
    if (!path?.startsWith(wall.folder)) return [];
    if (wall.entrances.includes(file.path.slice(wall.source.length))) return [];
    const message = `imports ${path}, which is behind a wall: only ${wall.entrances.join(', ')} may. Move shared code out of ${wall.folder}.`;
    return [{ path: file.path, line, message }];
  });
}

function doorsTo({ doors }: Wall, path: string): (readonly [room: string, door: string])[] {
  return Object.entries(doors).flatMap(([room, names]) =>
    names
      .filter((name) => name === path || (name.endsWith('/') && path.startsWith(name)))
      .map((name) => [room, name] as const),
  );
}

function unusedDoors({ folder, doors }: Wall, opened: ReadonlySet<string>): Violation[] {
  return Object.entries(doors).flatMap(([room, names]) =>
    names
      .filter((name) => !opened.has(nameOf(room, name)))
      .map((name) => ({
        path: `${folder}${room}`,
        message: `has an unused door to ${name}: remove it from tools/check-boundaries/rules.ts.`,
      })),
  );
}

function nameOf(room: string, door: string): string {
  return `${room} ${door}`;
}
