import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Call } from '../dispatch/route.ts';
import { errorAnswer } from '../wire/answer-error.ts';
import { assertQuerySize, QUERY_LIMITS } from './query-size.ts';
import { QueryScope, resolveField } from './resolve-field.ts';
import { SCHEMA } from './schema.ts';

const RULES = [...specifiedRules, NoSchemaIntrospectionCustomRule];
const MOST_ERRORS = 10;

/** What `/graphql` takes, as GraphQL clients send it over HTTP. */
export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** Which operation of the query to do, where it has several. */
  readonly operationName?: string | null | undefined;
}

/** An answer of `/graphql`. */
export interface GraphqlAnswer {
  /** Absent where the query itself was refused. */
  readonly data?: ExecutionResult['data'];
  readonly errors?: readonly GraphQLFormattedError[];
}

/**
 * Answers a query. Errors have MLflow's code in `extensions.code`; those of a root field leave that field null
 * and the others as they are.
 */
export async function answerQuery(message: GraphqlRequest, call: Call): Promise<GraphqlAnswer> {
  const document = parsed(message.query);
  if (!('kind' in document)) return { errors: formatted(document, call) };
  const { data, errors } = await execute({
    schema: SCHEMA,
    document,
    variableValues: message.variables ?? {},
    operationName: message.operationName ?? null,
    contextValue: new QueryScope(call),
    fieldResolver: resolveField,
  });
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: formatted(errors, call) }),
  };
}

function parsed(query: string): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(query, { maxTokens: QUERY_LIMITS.tokens, noLocation: true });
    assertQuerySize(document);
    const errors = validate(SCHEMA, document, RULES, { maxErrors: MOST_ERRORS });
    return errors.length === 0 ? document : errors;
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function formatted(errors: readonly GraphQLError[], { request }: Call): GraphQLFormattedError[] {
  return errors.map((error) => {
    // What a route threw. An error that GraphQL made itself has nothing behind it: the query is wrong.
    const { errorCode, message } =
      error.originalError === undefined || error.originalError instanceof GraphQLError
        ? { errorCode: 'BAD_REQUEST', message: error.message }
        : errorAnswer(error.originalError, request);
    return { ...error.toJSON(), message, extensions: { code: errorCode } };
  });
}
