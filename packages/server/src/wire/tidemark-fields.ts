import { TIDEMARK_FIELDS_HEADER } from '@tidemark/mlflow';
import type { FastifyRequest } from 'fastify';

/** Returns whether a request comes from Tidemark's own client, which understands more than MLflow's messages. */
export function wantsTidemarkFields(request: FastifyRequest): boolean {
  return request.headers[TIDEMARK_FIELDS_HEADER] === '1';
}
