import type { FastifyInstance } from 'fastify';

/**
 * Reads and drops the rest of a body that a route began to read and answered early, such as an upload to a full disk.
 * Node does so only for bodies that nothing began to read. The next request of the connection would otherwise wait
 * behind the rest until the connection times out.
 */
export function dropUnreadBodies(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    // Nothing can read the rest of a destroyed request.
    if (request.raw.destroyed && !request.raw.complete) reply.raw.shouldKeepAlive = false;
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    if (!request.raw.complete && !request.raw.destroyed) request.raw.resume();
    done();
  });
}
