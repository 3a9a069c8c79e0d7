import { readFileSync } from 'node:fs';
import { MemoryStore } from '@tidemark/core';
import { NO_FIXTURES, sharedFixture } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { createOperatedServer } from './operated-server.ts';
import type { TidemarkServer } from './server.ts';
import { jsonDifferences } from './testing/json-differences.ts';
import { parseExchanges, type RecordedExchange } from './testing/recorded-exchanges.ts';

/** A field in which the answer differs from MLflow's, and the reason. */
interface Difference {
  /** Matches the method and the URL (followed by the body) of the request. */
  readonly request: RegExp;
  readonly field: RegExp;
  readonly reason: string;
}

const DIFFERENCES: readonly Difference[] = [
  {
    request: /experiments\/create .*"probe"/,
    field: /^message$/,
    reason:
      'MLflow shows the SQL that failed; Tidemark shows the id of the experiment with that name',
  },
  {
    request: /experiments\/create \{"name":$/,
    field: /^message$/,
    reason:
      'MLflow reads an incomplete body as an empty one without a name; Tidemark says that it is not JSON',
  },
  {
    request: /experiments\/get\?experiment_id=abc/,
    field: /^(status|error_code|error_class|message)$/,
    reason: 'ids of experiments need not be numbers, because an import keeps the ids that it finds',
  },
  {
    request: /experiments\/search\?max_results=2/,
    field: /^experiments\[1\]\.(creation_time|last_update_time)$/,
    reason: 'Default is in every store from the start, so it has no time of creation',
  },
  {
    request: /runs\/(get\?run_id=|search )/,
    field: /metrics\[0\]\.value$/,
    reason: 'Tidemark keeps infinity and sends it as proto JSON; MLflow keeps the greatest double',
  },
  {
    request: /get-history\?\S*metric_key=m2$/,
    field: /^(metrics|next_page_token)$/,
    reason: "MLflow's fault (mlflow#23916): without max_results it answered no metrics at all",
  },
  {
    request: /get-history\?\S*max_results=1$/,
    field: /^next_page_token$/,
    reason: 'the token names its list and the count, so that the token of another list is refused',
  },
  {
    request: /runs\/search .*"max_results":1}/,
    field: /^next_page_token$/,
    reason:
      'the token names the last run on the page and not a count, so that it stays right when runs are added',
  },
  {
    request: /runs\/search .*(params\.p >|a = 1 or b)/,
    field: /^message$/,
    reason: 'the message shows the text and its position; Tidemark supports OR',
  },
  {
    request: /runs\/search .*60000/,
    field: /^message$/,
    reason: 'the message gives the limit, and not that 60000 is a number',
  },
  {
    request: /mlflow-artifacts\/artifacts\/.*\/nope/,
    field: /^message$/,
    reason: "MLflow reveals the path of the server's own folder",
  },
  {
    request: /(transition-stage .*"Archived"|experiments\/update )/,
    field: /^(status|error_code|error_class|sqlstate)$/,
    reason: 'a mistake of the client is a 400, because clients repeat a 500 for minutes',
  },
  {
    request: /(registered-models\/(search|get)|model-versions\/search|transition-stage)/,
    field: /(latest_versions\[\d\]|model_versions?(\[\d\])?)\.aliases$/,
    reason: "MLflow's fault (mlflow#16734): the versions of these answers have no aliases",
  },
  {
    request: /server-info/,
    field:
      /^(store_type|[a-z_]+_enabled|\w*presigned_\w+|tracking_auth|features_enabled|tidemark)$/,
    reason: 'Tidemark is another kind of store, and has the fields of later versions of MLflow',
  },
  {
    request: /webhooks .*example\.com/,
    field: /^message$/,
    reason: 'the text comes from the resolver',
  },
];

it('a server answers like MLflow, except for the listed differences', async (test) => {
  const place = sharedFixture('mlflow', 'rest-golden.txt');
  if (place === undefined) return test.skip(NO_FIXTURES);
  const exchanges = parseExchanges(readFileSync(place, 'utf8'));
  expect(exchanges.length).toBeGreaterThan(60);
  const server = await createOperatedServer({
    store: new MemoryStore(),
    // As in the recording, no name resolves.
    webhooks: { resolver: () => Promise.reject(new Error('no such name')) },
  });
  onTestFinished(() => server.close());
  const replay = new Replay(server);
  const unexplained: string[] = [];
  const used = new Set<Difference>();
  for (const exchange of exchanges) {
    const name = `${exchange.method} ${exchange.url} ${exchange.body ?? ''}`.trim();
    for (const found of await replay.differences(exchange)) {
      const known = DIFFERENCES.find(
        ({ request, field }) => request.test(name) && field.test(found.path),
      );
      if (known === undefined) unexplained.push(`${name}\n    ${JSON.stringify(found)}`);
      else used.add(known);
    }
  }
  expect(unexplained.join('\n')).toBe('');
  expect(DIFFERENCES.filter((difference) => !used.has(difference))).toEqual([]);
});

const UNRECORDED_RUN = 'a20c7cb3837449508504d875cc7b2e0a';

/** Sends recorded requests to a server, which returns other ids than MLflow did. */
class Replay {
  readonly #server: TidemarkServer;
  /** The ids of the recording, and the ids of this server for the same things. */
  readonly #ids = new Map<string, string>();

  constructor(server: TidemarkServer) {
    this.#server = server;
  }

  async differences(exchange: RecordedExchange): Promise<ReturnType<typeof jsonDifferences>> {
    await this.#createUnrecordedRun(exchange);
    await this.#restoreRunForUpload(exchange);
    const { method, body, contentType } = exchange;
    const answer = await this.#server.app.inject({
      method: method as 'GET',
      url: this.#here(exchange.url),
      ...(body === undefined ? {} : { payload: this.#here(body) }),
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    });
    const type = answer.headers['content-type']?.toString().split(';')[0];
    const recorded = bodyOf(exchange.responseType, exchange.responseBody);
    this.#learn(recorded, bodyOf(type, answer.body));
    const answered = bodyOf(type, this.#recorded(answer.body));
    return [
      ...jsonDifferences(exchange.status, answer.statusCode, 'status'),
      ...jsonDifferences(exchange.responseType, type, 'content-type'),
      ...jsonDifferences(comparable(recorded), comparable(answered)),
    ];
  }

  /** Creates a run that the recording uses without having created it. */
  async #createUnrecordedRun({ url, body = '' }: RecordedExchange): Promise<void> {
    if (this.#ids.has(UNRECORDED_RUN) || !`${url}${body}`.includes(UNRECORDED_RUN)) return;
    const run = {
      experiment_id: this.#ids.get('"1"'),
      run_name: 'fixed',
      start_time: 1700000000001,
    };
    const made = await this.#server.app.inject({
      method: 'POST',
      url: '/api/2.0/mlflow/runs/create',
      payload: run,
    });
    this.#ids.set(
      UNRECORDED_RUN,
      made.json<{ run: { info: { run_id: string } } }>().run.info.run_id,
    );
  }

  /** Restores a run for an upload. MLflow accepts files for a deleted run, but here such a write is refused. */
  async #restoreRunForUpload({ method }: RecordedExchange): Promise<void> {
    if (method !== 'PUT') return;
    const run_id = this.#ids.get(UNRECORDED_RUN);
    const url = '/api/2.0/mlflow/runs/restore';
    await this.#server.app.inject({ method: 'POST', url, payload: { run_id } });
  }

  /** Learns ids and generated names from an answer that has them where the recorded answer has others. */
  #learn(recorded: unknown, answered: unknown): void {
    for (const { path, ...values } of jsonDifferences(recorded, answered)) {
      if (typeof values.recorded !== 'string' || typeof values.answered !== 'string') continue;
      if (/(^|\.)experiment_id$/.test(path) && !this.#ids.has(values.recorded)) {
        this.#ids.set(`"${values.recorded}"`, values.answered);
      } else if (/(^|\.)(run_id|model_id|run_name)$/.test(path)) {
        if (!this.#ids.has(values.recorded)) this.#ids.set(values.recorded, values.answered);
      }
    }
  }

  #here(text: string): string {
    const experiment = this.#ids.get('"1"') ?? '1';
    let result = text
      .replaceAll('"1"', `"${experiment}"`)
      .replaceAll(`version":"${experiment}`, 'version":"1')
      .replaceAll(`value":"${experiment}`, 'value":"1')
      .replaceAll('artifacts/1/', `artifacts/${experiment}/`)
      .replaceAll('path=1/', `path=${experiment}/`);
    for (const [recorded, here] of this.#ids) {
      if (!recorded.startsWith('"')) result = result.replaceAll(recorded, here);
    }
    return result;
  }

  #recorded(text: string): string {
    let result = text;
    for (const [recorded, here] of this.#ids) {
      result = result.replaceAll(here, recorded.replaceAll('"', ''));
    }
    return result;
  }
}

function bodyOf(type: string | undefined, text: string): unknown {
  return type === 'application/json' ? JSON.parse(text) : text.trimEnd();
}

/** Removes the times, which always differ, and the order of keys, which has no meaning. */
function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, item: unknown) => {
    if (Array.isArray(item) && /^(metrics|params|tags)$/.test(name)) {
      return item.toSorted((a: { key: string }, b: { key: string }) =>
        a.key < b.key ? -1 : a.key > b.key ? 1 : 0,
      );
    }
    const isMoment = typeof item === 'number' && item > 1_790_000_000_000;
    return isMoment && /(_time|_timestamp|_timestamp_ms)$/.test(name) ? 'a moment' : item;
  }) as unknown;
}
