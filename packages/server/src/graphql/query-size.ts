import { type DocumentNode, GraphQLError, Kind, type SelectionSetNode } from 'graphql';

/** The limits of one query. A query of MLflow's page has one root field and some 60 fields, 7 deep. */
export const QUERY_LIMITS = {
  /** Lexical tokens of the text, such as names and braces. */
  tokens: 2000,
  depth: 10,
  /** Fields and fragments of all operations. A fragment counts each time it is spread. */
  selections: 1000,
  rootFields: 10,
  aliases: 10,
} as const;

/**
 * Refuses a query above `QUERY_LIMITS`. It reads only the parsed text, and runs before the validation, whose
 * work grows with the square of the number of fields.
 * @throws GraphQLError
 */
export function assertQuerySize(document: DocumentNode): void {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    fragments.set(definition.name.value, definition.selectionSet);
  }
  const count = { selections: 0, rootFields: 0, aliases: 0 };

  // A fragment that spreads itself stops at the limit of selections, and validation refuses it.
  function visit(set: SelectionSetNode, depth: number): void {
    assertAtMost('depth', depth, 'levels');
    for (const selection of set.selections) {
      count.selections += 1;
      assertAtMost('selections', count.selections, 'fields');
      if (selection.kind === Kind.FIELD) {
        if (depth === 1) count.rootFields += 1;
        if (selection.alias !== undefined) count.aliases += 1;
        if (selection.selectionSet !== undefined) visit(selection.selectionSet, depth + 1);
      } else {
        const within =
          selection.kind === Kind.INLINE_FRAGMENT
            ? selection.selectionSet
            : fragments.get(selection.name.value);
        if (within !== undefined) visit(within, depth);
      }
    }
  }

  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) visit(definition.selectionSet, 1);
  }
  assertAtMost('rootFields', count.rootFields, 'root fields');
  assertAtMost('aliases', count.aliases, 'aliases');
}

function assertAtMost(
  limit: Exclude<keyof typeof QUERY_LIMITS, 'tokens'>,
  value: number,
  what: string,
): void {
  if (value <= QUERY_LIMITS[limit]) return;
  throw new GraphQLError(
    `The query has more than ${QUERY_LIMITS[limit]} ${what}. Ask for less in one request.`,
  );
}
