/** One request that two servers are asked, one after the other, each with its own ids. */
export interface Exchange {
  /** What the request tries. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  /** Below the server's root; `{name}` stands for what was remembered under that name. */
  readonly path: string;
  /** Sent as JSON; a string is sent as it is. Placeholders as in `path`. */
  readonly body?: unknown;
  /** What to remember of the answer: a name for each path such as `run.info.run_id`. */
  readonly remember?: Readonly<Record<string, string>>;
  /** Why the two answer differently here; without it they may not. */
  readonly differs?: string;
  /** Why the message of an error is put in other words; status and code are the same. */
  readonly words?: string;
}

/** What a server said, its own ids and times replaced by words. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What MLflow adds to errors for Databricks; and its workspaces, which Tidemark has not. */
const LEFT_OUT: ReadonlySet<string> = new Set(['sqlstate', 'error_class', 'workspace']);

/** Sends exchanges to one server, and keeps what later ones need. */
export class Conversation {
  readonly #uri: string;
  readonly #memory = new Map<string, string>();

  constructor(uri: string) {
    this.#uri = uri;
  }

  /** Sends one request; the answer comes without what differs from server to server by nature. */
  async ask(exchange: Exchange): Promise<Answer> {
    const response = await fetch(`${this.#uri}${this.#filled(exchange.path)}`, {
      method: exchange.method,
      ...(exchange.body === undefined
        ? {}
        : {
            headers: { 'content-type': 'application/json' },
            body: this.#filled(
              typeof exchange.body === 'string' ? exchange.body : JSON.stringify(exchange.body),
            ),
          }),
    });
    const text = await response.text();
    let body: unknown = text;
    try {
      body = JSON.parse(text);
    } catch {
      // Not every answer is JSON: pages of errors, files.
    }
    for (const [name, path] of Object.entries(exchange.remember ?? {})) {
      this.#memory.set(name, String(valueAt(body, path)));
    }
    return { status: response.status, body: this.#comparable(body, '') };
  }

  #filled(text: string): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => this.#memory.get(name) ?? whole);
  }

  /** Ids become their names, times and random names a word, so that answers can be compared. */
  #comparable(value: unknown, key: string): unknown {
    if (Array.isArray(value)) return sortedByKey(value.map((item) => this.#comparable(item, key)));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value)
          .filter(([name]) => !LEFT_OUT.has(name))
          .map(([name, item]) => [name, this.#comparable(item, name)]),
      );
    }
    if (typeof value === 'number' && /(_time|_timestamp|_timestamp_ms)$/.test(key)) {
      return value > 1_790_000_000_000 ? 'a time of this test' : value;
    }
    if (typeof value !== 'string') return value;
    if (key === 'next_page_token') return 'a token';
    let text = value;
    for (const [name, known] of this.#memory) text = withName(text, known, name, key);
    return text.replace(/\b[a-z]+-[a-z]+-\d{1,3}\b/g, 'a random name');
  }
}

/** Params, tags and the latest metrics of a run come in no order that means anything. */
function sortedByKey(items: unknown[]): unknown[] {
  const keys = items.map((item) => (item as { key?: unknown } | null)?.key);
  if (new Set(keys).size < items.length || keys.some((key) => typeof key !== 'string'))
    return items;
  return items
    .map((item, at): [string, unknown] => [keys[at] as string, item])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
}

/** MLflow counts experiments from 1: so short an id is one only where an id stands. */
function withName(text: string, known: string, name: string, key: string): string {
  if (known.length > 4) return text.replaceAll(known, `{${name}}`);
  if (text === known) return key === 'experiment_id' ? `{${name}}` : text;
  return text.replace(
    new RegExp(
      `(artifacts:/|id[ =]|experiment |'(?=${known}/)|^(?=${known}/))${known}(?=[/ ]|$)`,
      'g',
    ),
    (_, before: string) => `${before}{${name}}`,
  );
}

function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split('.')) at = (at as Record<string, unknown> | undefined)?.[name];
  return at;
}
