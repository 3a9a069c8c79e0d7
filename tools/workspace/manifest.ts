import { isJsonObject, type JsonObject, parseJsonObject, stringEntries } from './json.ts';

/** The fields of a package.json that the checks use. Dependency maps are name → version range. */
export interface Manifest {
  readonly name: string;
  readonly private: boolean;
  readonly exports: JsonObject;
  /** Names such as `#platform`, for the package's own files. */
  readonly imports: JsonObject;
  /** Files named by `bin`, relative to the package's folder. */
  readonly bins: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Parses a package.json. @throws Error naming `origin` when it has no name or is not an object */
export function parseManifest(text: string, origin: string): Manifest {
  const json = parseJsonObject(text, origin);
  if (typeof json.name !== 'string') throw new Error(`${origin} has no name.`);
  return {
    name: json.name,
    private: json.private === true,
    exports: isJsonObject(json.exports) ? json.exports : {},
    imports: isJsonObject(json.imports) ? json.imports : {},
    bins: typeof json.bin === 'string' ? [json.bin] : Object.values(stringEntries(json.bin)),
    scripts: stringEntries(json.scripts),
    dependencies: stringEntries(json.dependencies),
    peerDependencies: stringEntries(json.peerDependencies),
    devDependencies: stringEntries(json.devDependencies),
  };
}

/**
 * The file that an entry such as `.` or `./node`, or an import such as `#platform`, resolves to under `conditions`. Like
 * Node, it takes the first key that is in `conditions`, or `default`. `undefined` when no key matches.
 */
export function exportTarget(
  exports: JsonObject,
  entry: string,
  conditions: readonly string[],
): string | undefined {
  return targetOf(exports[entry], conditions);
}

function targetOf(value: unknown, conditions: readonly string[]): string | undefined {
  if (typeof value === 'string') return value;
  if (!isJsonObject(value)) return undefined;
  for (const [condition, nested] of Object.entries(value)) {
    if (condition !== 'default' && !conditions.includes(condition)) continue;
    const target = targetOf(nested, conditions);
    if (target !== undefined) return target;
  }
  return undefined;
}

/** Every file that some condition of `exports` names, relative to the package's folder, sorted. */
export function exportedFiles(exports: JsonObject): string[] {
  const files = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string') files.add(value);
    else if (isJsonObject(value)) Object.values(value).forEach(visit);
  };
  visit(exports);
  return [...files].sort();
}
