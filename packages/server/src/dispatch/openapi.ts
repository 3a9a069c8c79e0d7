import { z } from 'zod';
import { type Route, routeUrl } from './route.ts';

type JsonObject = Record<string, unknown>;

/** Schema of the answer to a refused request. */
const ERROR_ANSWER = z.object({
  error_code: z.string(),
  message: z.string(),
  sqlstate: z.string().optional(),
  error_class: z.string().optional(),
});

/**
 * Returns the OpenAPI 3.1 document of routes, from the schemas that validate them. An endpoint with several
 * prefixes is described under the first.
 */
export function openApiDocument(routes: readonly Route[], version: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    const path = routeUrl(route)
      .replace(/:(\w+)/g, '{$1}')
      .replace(/\*$/, '{artifact_path}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, path) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tidemark',
      version,
      description:
        "MLflow's REST API over a Tidemark store. Every path below /api is served below /ajax-api too.",
    },
    paths,
    components: {
      schemas: { Error: jsonSchema(ERROR_ANSWER, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        password: { type: 'http', scheme: 'basic' },
      },
    },
  };
}

function operation(route: Route, path: string): JsonObject {
  const request = merged(jsonSchema(route.request, 'input'));
  const properties = (request.properties ?? {}) as Record<string, JsonObject>;
  const required = new Set((request.required ?? []) as string[]);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const others = Object.keys(properties).filter((name) => !inPath.includes(name) && name !== '*');
  const isQuery = route.method === 'GET' || route.body === 'bytes';
  return {
    summary: route.summary,
    tags: [
      path.split('/').find((part) => !/^(|api|ajax-api|\d\.0|mlflow)$/.test(part)) ?? 'server',
    ],
    ...(route.needs === 'nothing' ? { security: [] } : { 'x-tidemark-role': route.needs }),
    parameters: [
      ...inPath.map((name) => ({
        name,
        in: 'path',
        required: true,
        schema: properties[name] ?? { type: 'string' },
      })),
      ...(isQuery ? others : []).map((name) => ({
        name,
        in: 'query',
        required: required.has(name),
        schema: properties[name],
      })),
    ],
    ...requestBody(route, request, others),
    responses: {
      200: { description: 'Done.', ...content(route) },
      default: {
        description: 'Refused; `error_code` and `message` say why.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

/** Merges an intersection of objects into one object. */
function merged(schema: JsonObject): JsonObject {
  if (!Array.isArray(schema.allOf)) return schema;
  const parts = (schema.allOf as JsonObject[]).map(merged);
  return {
    type: 'object',
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required }) => (required ?? []) as string[]),
  };
}

function requestBody(route: Route, request: JsonObject, names: readonly string[]): JsonObject {
  if (route.body === 'bytes') {
    return route.method === 'PUT'
      ? { requestBody: { content: { 'application/octet-stream': {} } } }
      : {};
  }
  if (route.method === 'GET') return {};
  const properties = (request.properties ?? {}) as Record<string, JsonObject>;
  const schema = {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, properties[name]])),
    required: ((request.required ?? []) as string[]).filter((name) => names.includes(name)),
  };
  return { requestBody: { required: true, content: { 'application/json': { schema } } } };
}

function content({ response, otherForms = [] }: Route): JsonObject {
  if (response === undefined) return {};
  const others = otherForms.map((mediaType) => [mediaType, {}]);
  return {
    content: {
      'application/json': { schema: jsonSchema(response, 'input') },
      ...Object.fromEntries(others),
    },
  };
}

/** Returns the JSON schema of a message, before codecs convert it to entities. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
