import { parseAst } from 'rolldown/parseAst';
import { isJsonObject } from '../workspace/json.ts';

/** One import, re-export, `import()`, `import('…').Type` or `require()` of a file. */
export interface ImportStatement {
  /** `undefined` when an `import()` or `require()` computes it. */
  readonly specifier: string | undefined;
  /** 1-based. */
  readonly line: number;
  /** Whether TypeScript erases the import, so that it does nothing at run time. */
  readonly typeOnly: boolean;
}

/** The parts of one file's text that the checks use. */
export interface ParsedSource {
  readonly imports: readonly ImportStatement[];
  /** Whether it re-exports from other files and declares nothing itself. */
  readonly barrel: boolean;
}

/** Parses TypeScript or JavaScript text. @throws Error naming `path` when it does not parse */
export function parseSource(text: string, path: string): ParsedSource {
  const program: unknown = parse(text, path);
  const imports: ImportStatement[] = [];
  visitNodes(program, (node) => {
    const found = importOf(node);
    if (found !== undefined) {
      imports.push({ ...found, line: lineAt(text, Number(node.start)) });
    }
  });
  return { imports, barrel: isBarrel(program) };
}

type Node = Readonly<Record<string, unknown>>;

function parse(text: string, path: string): unknown {
  const lang = /\.(?:tsx|jsx)$/.test(path) ? 'tsx' : 'ts';
  try {
    return parseAst(text, { lang });
  } catch (error) {
    throw new Error(`${path} does not parse.`, { cause: error });
  }
}

function visitNodes(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visitNodes(item, visit);
  } else if (isJsonObject(value)) {
    if (typeof value.type === 'string') visit(value);
    for (const child of Object.values(value)) {
      if (typeof child === 'object' && child !== null) visitNodes(child, visit);
    }
  }
}

function importOf(node: Node): Omit<ImportStatement, 'line'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return isJsonObject(node.source)
        ? { specifier: literal(node.source), typeOnly: isTypeOnly(node) }
        : undefined;
    case 'ImportExpression':
      return { specifier: literal(node.source), typeOnly: false };
    case 'TSImportType':
      return { specifier: literal(node.source), typeOnly: true };
    case 'TSExternalModuleReference':
      return { specifier: literal(node.expression), typeOnly: false };
    case 'CallExpression':
      return loadsModule(node.callee) && Array.isArray(node.arguments)
        ? { specifier: literal(node.arguments[0]), typeOnly: false }
        : undefined;
    default:
      return undefined;
  }
}

/** `import type` and `export type`, and imports whose every name is marked `type`. */
function isTypeOnly(node: Node): boolean {
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  const names = Array.isArray(node.specifiers) ? node.specifiers.filter(isJsonObject) : [];
  return (
    names.length > 0 &&
    names.every((name) => name.importKind === 'type' || name.exportKind === 'type')
  );
}

function loadsModule(callee: unknown): boolean {
  if (!isJsonObject(callee)) return false;
  if (callee.type === 'Identifier') return callee.name === 'require';
  return isJsonObject(callee.property) && callee.property.name === 'getBuiltinModule';
}

function literal(node: unknown): string | undefined {
  return isJsonObject(node) && typeof node.value === 'string' ? node.value : undefined;
}

function isBarrel(program: unknown): boolean {
  const body = isJsonObject(program) && Array.isArray(program.body) ? program.body : [];
  const statements = body.filter(isJsonObject);
  const passesOn = (node: Node): boolean =>
    node.type === 'ExportAllDeclaration' ||
    (node.type === 'ExportNamedDeclaration' &&
      node.declaration === null &&
      Array.isArray(node.specifiers) &&
      node.specifiers.length > 0);
  return (
    statements.some(passesOn) &&
    statements.every((node) => node.type === 'ImportDeclaration' || passesOn(node))
  );
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let index = text.indexOf('\n'); index !== -1 && index < offset; ) {
    line += 1;
    index = text.indexOf('\n', index + 1);
  }
  return line;
}
