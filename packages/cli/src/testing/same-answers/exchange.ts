/** One request to two servers, one after the other, each with its own ids. */
export interface Exchange {
  /** The subject of the request. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  /** Relative to the server's root. `{name}` stands for the value that was remembered under that name. */
  readonly path: string;
  /** Sent as JSON, or unchanged if it is a string. It may have placeholders like `path`. */
  readonly body?: unknown;
  /** Values of the answer to remember: a name for each path such as `run.info.run_id`. */
  readonly remember?: Readonly<Record<string, string>>;
  /** Why the two answers differ. Without it they must be equal. */
  readonly differs?: string;
  /** Why the error messages differ. Status and code are the same. */
  readonly words?: string;
}

/** The answer of a server, its own ids and times replaced by words. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Fields that MLflow adds to errors for Databricks, and its workspaces, which Tidemark does not have. */
const LEFT_OUT: ReadonlySet<string> = new Set(['sqlstate', 'error_class', 'workspace']);

/** Sends exchanges to one server, and remembers values for later ones. */
export class Conversation {
  readonly #uri: string;
  readonly #memory = new Map<string, string>();

  constructor(uri: string) {
    this.#uri = uri;
  }

  /** Sends one request. Returns the answer without the parts that always differ between servers. */
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
      // Not every answer is JSON. Some are error pages or files.
    }
    for (const [name, path] of Object.entries(exchange.remember ?? {})) {
      this.#memory.set(name, String(valueAt(body, path)));
    }
    return { status: response.status, body: this.#comparable(body, '') };
  }

  #filled(text: string): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => this.#memory.get(name) ?? whole);
  }

  /** Replaces ids by their names, and times and random names by a word, so that answers can be compared. */
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

/** Sorts params, tags and the latest metrics of a run, whose order has no meaning. */
function sortedByKey(items: unknown[]): unknown[] {
  const keys = items.map((item) => (item as { key?: unknown } | null)?.key);
  if (new Set(keys).size < items.length || keys.some((key) => typeof key !== 'string'))
    return items;
  return items
    .map((item, at): [string, unknown] => [keys[at] as string, item])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
}

/** Replaces a known id. MLflow numbers experiments from 1, so such a short id counts only in a field for ids. */
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
