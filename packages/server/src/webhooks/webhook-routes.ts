import { listToWire } from '@tidemark/mlflow';
import type { FastifyRequest } from 'fastify';
import { defineRoute, type Route } from '../dispatch/route.ts';
import { invalidParameter } from '../wire/wire-error.ts';
import { eventProblem, isMlflowEvent, type WebhookEvent } from './webhook-event.ts';
import {
  CreateWebhookRequest,
  type EventMessage,
  fromEventMessage,
  fromStatusMessage,
  ListWebhooksRequest,
  TestWebhookRequest,
  toTestResultMessage,
  toWebhookMessage,
  UpdateWebhookRequest,
  WebhookIdRequest,
} from './webhook-message.ts';
import type { WebhookDraft, Webhooks } from './webhooks.ts';

/** MLflow's `_WEBHOOK_NAME_REGEX` (utils/validation.py). */
const NAME = /^(?=.{1,63}$)[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i;
const PAGE = 100;
const LARGEST_PAGE = 1000;

/**
 * Returns MLflow's routes for webhooks. They need an admin, because a webhook sends out every change of every
 * model, and its address may itself be secret.
 */
export function webhookRoutes(webhooks: Webhooks): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/mlflow/webhooks',
      summary: 'Create a webhook.',
      needs: 'admin',
      request: CreateWebhookRequest,
      handle: async (message, { request }) => {
        const events = readEvents(message.events);
        const webhook = await webhooks.create({
          ...draftOf(message),
          name: checkedName(message.name),
          url: message.url,
          events,
        });
        return { webhook: toWebhookMessage(webhook, isMlflowClient(request)) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/mlflow/webhooks',
      summary: 'List webhooks, newest first.',
      needs: 'admin',
      request: ListWebhooksRequest,
      handle: ({ max_results, page_token }, { request }) => {
        const mlflowOnly = isMlflowClient(request);
        const all = webhooks
          .list()
          .filter(({ events }) => !mlflowOnly || events.some(isMlflowEvent));
        const size = max_results ?? PAGE;
        if (size < 1 || size > LARGEST_PAGE) {
          throw invalidParameter(`max_results must be between 1 and ${LARGEST_PAGE}.`);
        }
        // The token is the last webhook shown, so that new and deleted webhooks do not move the others.
        const after = page_token ? all.findIndex(({ id }) => id === page_token) : -1;
        if (page_token && after < 0) {
          throw invalidParameter(
            'Invalid page token: the list has changed. Start again without a token.',
          );
        }
        const page = all.slice(after + 1, after + 1 + size);
        const next = after + 1 + size < all.length ? page.at(-1)?.id : undefined;
        return {
          webhooks: listToWire(page.map((webhook) => toWebhookMessage(webhook, mlflowOnly))),
          next_page_token: next,
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/mlflow/webhooks/:webhook_id',
      summary: 'Read a webhook.',
      needs: 'admin',
      request: WebhookIdRequest,
      handle: ({ webhook_id }, { request }) => ({
        webhook: toWebhookMessage(webhooks.get(webhook_id), isMlflowClient(request)),
      }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/mlflow/webhooks/:webhook_id',
      summary: 'Change a webhook.',
      needs: 'admin',
      request: UpdateWebhookRequest,
      handle: async (message, { request }) => {
        const { name, url, events } = message;
        const webhook = await webhooks.update(message.webhook_id, {
          ...draftOf(message),
          // As in MLflow, an empty name, address or list changes nothing.
          ...(name ? { name: checkedName(name) } : {}),
          ...(url ? { url } : {}),
          ...(events && events.length > 0 ? { events: readEvents(events) } : {}),
        });
        return { webhook: toWebhookMessage(webhook, isMlflowClient(request)) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/mlflow/webhooks/:webhook_id',
      summary: 'Delete a webhook.',
      needs: 'admin',
      request: WebhookIdRequest,
      handle: ({ webhook_id }) => webhooks.delete(webhook_id),
    }),
    defineRoute({
      method: 'POST',
      path: '/mlflow/webhooks/:webhook_id/test',
      summary: 'Send an example to a webhook and report the result.',
      needs: 'admin',
      request: TestWebhookRequest,
      handle: async ({ webhook_id, event }) => {
        const asked = event ? readEvents([event])[0] : undefined;
        return { result: toTestResultMessage(await webhooks.test(webhook_id, asked)) };
      },
    }),
  ];
}

function draftOf(message: {
  readonly description?: string | null | undefined;
  readonly secret?: string | null | undefined;
  readonly status?: string | number | null | undefined;
}): WebhookDraft {
  const { description, secret } = message;
  const status = fromStatusMessage(message.status);
  return {
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof secret === 'string' ? { secret } : {}),
    ...(status === undefined ? {} : { status }),
  };
}

function readEvents(messages: readonly EventMessage[]): WebhookEvent[] {
  return messages.map((message) => {
    const event = fromEventMessage(message);
    const problem = eventProblem(event);
    if (problem !== undefined) throw invalidParameter(problem);
    return event;
  });
}

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw invalidParameter(
    `Webhook name '${name}' is invalid. It must start and end with a letter or digit, be less than 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).`,
  );
}

/** Returns whether the client is MLflow's Python client, by its user agent (utils/request_utils.py). */
function isMlflowClient({ headers }: FastifyRequest): boolean {
  return (
    headers['x-mlflow-client-version'] !== undefined ||
    (headers['user-agent']?.startsWith('mlflow-python-client') ?? false)
  );
}
