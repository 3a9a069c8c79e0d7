import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TidemarkError } from '@tidemark/core';
import type { ChangeEvent } from '../dispatch/change-event.ts';
import type { MetricSource } from '../security/http-metrics.ts';
import { makePrivateFolder } from '../write-private-file.ts';
import { deliveryBody, deliveryHeaders } from './delivery.ts';
import { type DeliveryLimits, type DeliveryLog, DeliveryQueue } from './delivery-queue.ts';
import { fileSpool, noSpool } from './delivery-spool.ts';
import { type AddressRules, assertDeliverable, type Resolver } from './public-address.ts';
import { SecretBox, secretBoxOf, secretBoxOfFile } from './secret-box.ts';
import { type Send, senderOf } from './send-delivery.ts';
import { fileBook, memoryBook, type WebhookBook } from './webhook-book.ts';
import { exampleData, type WebhookEvent, webhookEventOf } from './webhook-event.ts';
import { secretPurpose, type WebhookRecord } from './webhook-record.ts';

/** Options of `Webhooks`. */
export interface WebhooksOptions {
  /**
   * The server's own folder, such as `server` in the folder of a file store. It holds the webhooks, the key of
   * their secrets, and deliveries that have not arrived. Without it they end with the process.
   */
  readonly folder?: string;
  /** The key that encrypts secrets, as in TIDEMARK_SECRET_KEY. Default: a key file in the folder. */
  readonly secretKey?: string;
  /** Allows webhooks to private addresses and over plain http, for tests and private networks. Default false. */
  readonly allowPrivate?: boolean;
  readonly log: DeliveryLog;
  readonly resolver?: Resolver;
  /** Certificates (PEM) of authorities of receivers, in addition to those of the system. */
  readonly authorities?: string;
  readonly limits?: Partial<DeliveryLimits>;
}

/** The fields that a request sets. To create a webhook, `url`, `name` and `events` are required. */
export interface WebhookDraft {
  readonly name?: string;
  readonly description?: string;
  readonly url?: string;
  readonly events?: readonly WebhookEvent[];
  /** Signs the deliveries. An empty text removes the secret. */
  readonly secret?: string;
  readonly status?: WebhookRecord['status'];
}

/** The result of a test. */
export interface WebhookTestResult {
  readonly success: boolean;
  readonly responseStatus?: number;
  readonly responseBody?: string;
  readonly errorMessage?: string;
}

const TEST_TIMEOUT_MS = 30_000;
const FOLDER_IGNORE = '# Secrets and waiting deliveries: nothing of this belongs in git.\n*\n';

/** The webhooks of a server. Create them here, report changes here, and this class sends the deliveries. */
export class Webhooks {
  readonly #book: WebhookBook;
  readonly #folder: string | undefined;
  readonly #secretKey: string | undefined;
  readonly #rules: AddressRules;
  readonly #send: Send;
  readonly #queue: DeliveryQueue;
  readonly #log: DeliveryLog;
  /** Aborts tests that are running. The queue ends deliveries itself. */
  readonly #stop = new AbortController();
  #box: SecretBox | undefined;
  #lastCreatedAtMs = 0;

  constructor(options: WebhooksOptions) {
    const { folder, allowPrivate = false, resolver, log, limits } = options;
    this.#folder = folder;
    this.#secretKey = options.secretKey;
    this.#log = log;
    this.#rules = { allowPrivate, ...(resolver === undefined ? {} : { resolver }) };
    this.#send = senderOf(this.#rules, options.authorities);
    this.#book = folder === undefined ? memoryBook() : fileBook(join(folder, 'webhooks.json'));
    this.#queue = new DeliveryQueue({
      send: this.#send,
      spool: folder === undefined ? noSpool() : fileSpool(join(folder, 'deliveries')),
      receiver: (id) => this.#receiver(id),
      log,
      ...(limits === undefined ? {} : { limits }),
    });
  }

  /** Enqueues what an earlier process did not deliver. */
  resume(): Promise<void> {
    return this.#queue.resume();
  }

  /** Stops delivering; see `DeliveryQueue.close`. */
  close(): Promise<void> {
    this.#stop.abort();
    return this.#queue.close();
  }

  /** Returns all webhooks, newest first. */
  list(): readonly WebhookRecord[] {
    return this.#book.list();
  }

  /** Returns one webhook. @throws WEBHOOK_NOT_FOUND */
  get(id: string): WebhookRecord {
    const found = this.#book.list().find((webhook) => webhook.id === id);
    if (found !== undefined) return found;
    throw new TidemarkError('WEBHOOK_NOT_FOUND', `Webhook with ID ${id} not found.`, {
      details: { webhookId: id },
    });
  }

  /** Creates a webhook. @throws WEBHOOK_URL_FORBIDDEN, SECRET_KEY_INVALID, WRITE_FAILED */
  async create(
    draft: WebhookDraft & Required<Pick<WebhookDraft, 'name' | 'url' | 'events'>>,
  ): Promise<WebhookRecord> {
    await assertDeliverable(draft.url, this.#rules);
    const nowMs = Date.now();
    const { name, url, events, status = 'ACTIVE' } = draft;
    const blank: WebhookRecord = {
      id: randomUUID(),
      name,
      url,
      events,
      status,
      creationTimeMs: nowMs,
      lastUpdateTimeMs: nowMs,
    };
    const webhook = this.#changed(blank, draft, nowMs);
    this.#replace([webhook, ...this.#book.list()]);
    return webhook;
  }

  /**
   * Changes the fields of the draft.
   * @throws WEBHOOK_NOT_FOUND, WEBHOOK_URL_FORBIDDEN, SECRET_KEY_INVALID, WRITE_FAILED
   */
  async update(id: string, draft: WebhookDraft): Promise<WebhookRecord> {
    this.get(id);
    if (draft.url !== undefined) await assertDeliverable(draft.url, this.#rules);
    // Read again, because another request may have changed it while the address was resolved.
    const webhook = this.#changed(this.get(id), draft, Date.now());
    this.#replace(this.#book.list().map((other) => (other.id === id ? webhook : other)));
    return webhook;
  }

  /** Deletes a webhook. @throws WEBHOOK_NOT_FOUND, WRITE_FAILED */
  delete(id: string): void {
    this.get(id);
    this.#replace(this.#book.list().filter((webhook) => webhook.id !== id));
  }

  /** Sends an example once, without retries, and returns the result. @throws WEBHOOK_NOT_FOUND */
  async test(id: string, event?: WebhookEvent): Promise<WebhookTestResult> {
    const webhook = this.get(id);
    const [first] = webhook.events;
    const { entity, action } = event ?? first ?? { entity: 'REGISTERED_MODEL', action: 'CREATED' };
    const nowMs = Date.now();
    const data = exampleData({ entity, action });
    const body = deliveryBody({ entity, action, atMs: nowMs, data });
    try {
      const { status, body: responseBody } = await this.#send({
        url: webhook.url,
        headers: deliveryHeaders({ id: randomUUID(), body }, this.#secretOf(webhook), nowMs),
        body,
        signal: this.#stop.signal,
        timeoutMs: TEST_TIMEOUT_MS,
      });
      return { success: status >= 200 && status < 300, responseStatus: status, responseBody };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { success: false, errorMessage: `Failed to test webhook: ${why}` };
    }
  }

  /** Reports a change to the webhooks that subscribed to it. It neither waits nor throws. */
  changed(change: ChangeEvent): void {
    try {
      const { event, data } = webhookEventOf(change);
      const asked = this.#book
        .list()
        .filter(({ status, events }) => status === 'ACTIVE' && includes(events, event));
      if (asked.length === 0) return;
      const body = deliveryBody({ ...event, atMs: change.atMs, data });
      // Later than all before, because the next process sends the waiting deliveries in this order.
      const createdAtMs = Math.max(Date.now(), this.#lastCreatedAtMs + 1);
      this.#lastCreatedAtMs = createdAtMs;
      for (const { id: webhookId } of asked) {
        this.#queue.add({ id: randomUUID(), webhookId, body, createdAtMs });
      }
    } catch (err) {
      this.#log.warn({ err }, 'a change did not reach the webhooks');
    }
  }

  /** Returns the numbers for Prometheus. */
  metrics(): readonly MetricSource[] {
    return [
      {
        name: 'tidemark_webhook_deliveries_total',
        help: 'Webhook deliveries by their result. retried counts attempts that failed.',
        kind: 'counter',
        label: 'outcome',
        values: () => ({ ...this.#queue.counts }),
      },
      {
        name: 'tidemark_webhook_deliveries_waiting',
        help: 'Webhook deliveries that have not arrived yet.',
        kind: 'gauge',
        values: () => ({ '': this.#queue.waiting }),
      },
    ];
  }

  #receiver(id: string): { url: string; secret?: string } | undefined {
    const webhook = this.#book.list().find((candidate) => candidate.id === id);
    if (webhook?.status !== 'ACTIVE') return undefined;
    const secret = this.#secretOf(webhook);
    return { url: webhook.url, ...(secret === undefined ? {} : { secret }) };
  }

  #changed(webhook: WebhookRecord, draft: WebhookDraft, nowMs: number): WebhookRecord {
    const { sealedSecret, ...rest } = webhook;
    const { secret, ...fields } = draft;
    const sealed =
      secret === undefined
        ? sealedSecret
        : secret === ''
          ? undefined
          : this.#secrets().seal(secret, secretPurpose(webhook.id));
    return {
      ...rest,
      ...fields,
      lastUpdateTimeMs: nowMs,
      ...(sealed === undefined ? {} : { sealedSecret: sealed }),
    };
  }

  #secretOf({ id, sealedSecret }: WebhookRecord): string | undefined {
    return sealedSecret === undefined
      ? undefined
      : this.#secrets().open(sealedSecret, secretPurpose(id));
  }

  /** Created with the first secret, so that a server without secrets writes no key. */
  #secrets(): SecretBox {
    if (this.#box === undefined) {
      if (this.#secretKey !== undefined) this.#box = secretBoxOf(this.#secretKey);
      else if (this.#folder === undefined) this.#box = SecretBox.ofThisProcess();
      else {
        this.#prepareFolder(this.#folder);
        this.#box = secretBoxOfFile(join(this.#folder, 'secret.key'));
      }
    }
    return this.#box;
  }

  #replace(webhooks: readonly WebhookRecord[]): void {
    if (this.#folder !== undefined) this.#prepareFolder(this.#folder);
    this.#book.replace(webhooks);
  }

  #prepareFolder(folder: string): void {
    const ignore = join(folder, '.gitignore');
    if (existsSync(ignore)) return;
    makePrivateFolder(folder);
    writeFileSync(ignore, FOLDER_IGNORE);
  }
}

function includes(events: readonly WebhookEvent[], event: WebhookEvent): boolean {
  return events.some(({ entity, action }) => entity === event.entity && action === event.action);
}
