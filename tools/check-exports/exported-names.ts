import { parseAst } from 'rolldown/parseAst';
import { isJsonObject, type JsonObject } from '../workspace/json.ts';

/** The exported names of an entry file, sorted. */
export interface ExportedNames {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/**
 * The names that a file of TypeScript exports. An entry lists its exports one by one, because `export *`
 * could export a name by accident.
 * @throws Error naming `path` when it has an `export *`
 */
export function exportedNames(text: string, path: string): ExportedNames {
  const values: string[] = [];
  const types: string[] = [];
  const { body } = parseAst(text, { lang: 'ts' }) as unknown as { body: JsonObject[] };
  for (const statement of body) {
    if (statement.type === 'ExportAllDeclaration')
      throw new Error(`${path} exports everything of a file: list the names.`);
    if (statement.type !== 'ExportNamedDeclaration') continue;
    for (const specifier of objects(statement.specifiers)) {
      const isType = statement.exportKind === 'type' || specifier.exportKind === 'type';
      (isType ? types : values).push(nameOf(specifier.exported));
    }
    if (isJsonObject(statement.declaration)) {
      const isType =
        statement.exportKind === 'type' || /^TS/.test(String(statement.declaration.type));
      (isType ? types : values).push(...declaredNames(statement.declaration));
    }
  }
  return { values: values.sort(), types: types.sort() };
}

function declaredNames(declaration: JsonObject): string[] {
  if (isJsonObject(declaration.id)) return [nameOf(declaration.id)];
  return objects(declaration.declarations).map(({ id }) => nameOf(id));
}

function nameOf(node: unknown): string {
  if (!isJsonObject(node)) throw new Error('An export has no name.');
  return String(node.name ?? node.value);
}

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
