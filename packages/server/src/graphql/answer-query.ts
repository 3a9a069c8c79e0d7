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

/** A request of `/graphql`, in the form that GraphQL clients send over HTTP. */
export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** The operation to run, if the query has several. */
  readonly operationName?: string | null | undefined;
}

/** An answer of `/graphql`. */
export interface GraphqlAnswer {
  /** Absent when the query itself was refused. */
  readonly data?: ExecutionResult['data'];
  readonly errors?: readonly GraphQLFormattedError[];
}

/**
 * Answers a query. An error has MLflow's code in `extensions.code`. The error of a root field leaves that field
 * null and the other fields unchanged.
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
    // The original error is what a route threw. GraphQL's own errors have none: there the query is wrong.
    const { errorCode, message } =
      error.originalError === undefined || error.originalError instanceof GraphQLError
        ? { errorCode: 'BAD_REQUEST', message: error.message }
        : errorAnswer(error.originalError, request);
    return { ...error.toJSON(), message, extensions: { code: errorCode } };
  });
}
