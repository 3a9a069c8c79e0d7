import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { isJsonObject } from '../workspace/json.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';

const HEADER_END = '\r\n\r\n';

/** TypeScript's language server, started as by an editor, over the Language Server Protocol 3.17. */
export class LanguageServer {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #ended: Promise<never>;
  #received = Buffer.alloc(0);
  #lastId = 0;

  private constructor(folder: string) {
    const compiler = join(REPOSITORY_ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    this.#process = spawn(process.execPath, [compiler, '--lsp', '--stdio'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#process.stdout.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.#ended = new Promise((_, reject) => {
      this.#process.once('error', reject);
      this.#process.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
    });
    this.#ended.catch(() => {});
  }

  /** Starts the server for the project in `folder`. */
  static async start(folder: string): Promise<LanguageServer> {
    const server = new LanguageServer(folder);
    const rootUri = pathToFileURL(folder).href;
    const hover = { contentFormat: ['plaintext'] };
    await server.#request('initialize', {
      processId: process.pid,
      rootUri,
      capabilities: { textDocument: { hover } },
      workspaceFolders: [{ uri: rootUri, name: 'project' }],
    });
    server.#notify('initialized', {});
    return server;
  }

  /** Opens a file in the editor. */
  open(path: string, text: string): void {
    const uri = pathToFileURL(path).href;
    this.#notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 1, text },
    });
  }

  /** The text that an editor shows for a position in an open file. Line and character are 0-based. */
  async hover(path: string, line: number, character: number): Promise<string> {
    const result = await this.#request('textDocument/hover', {
      textDocument: { uri: pathToFileURL(path).href },
      position: { line, character },
    });
    if (!isJsonObject(result)) return '';
    const { contents } = result;
    return isJsonObject(contents) ? String(contents.value) : String(contents);
  }

  /** Ends the server. */
  async close(): Promise<void> {
    await this.#request('shutdown', null);
    this.#notify('exit', null);
  }

  #request(method: string, params: unknown): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    this.#send({ id, method, params });
    return Promise.race([answer, this.#ended]);
  }

  #notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}${HEADER_END}${body}`);
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const end = this.#received.indexOf(HEADER_END);
      if (end === -1) return;
      const length = /Content-Length: (\d+)/i.exec(this.#received.toString('latin1', 0, end))?.[1];
      const start = end + HEADER_END.length;
      const next = start + Number(length);
      if (this.#received.length < next) return;
      const message: unknown = JSON.parse(this.#received.toString('utf8', start, next));
      this.#received = this.#received.subarray(next);
      if (isJsonObject(message)) this.#handle(message);
    }
  }

  #handle({ id, method, result }: Readonly<Record<string, unknown>>): void {
    if (method === undefined) {
      this.#answers.get(Number(id))?.(result);
      this.#answers.delete(Number(id));
    } else if (id !== undefined) {
      // The server asks for settings and file watchers: there are no settings, and no file changes.
      this.#send({ id, result: method === 'workspace/configuration' ? [null] : null });
    }
  }
}
