import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Finds the Tidemark stores in a working tree, because their content is not code of the run. */
export class StoreFolders {
  readonly #root: string;
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The outermost store that contains the path, with a slash at the end; `undefined` if the path is in no store. */
  async storeOf(path: string): Promise<string | undefined> {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      let answer = this.#known.get(folder);
      if (answer === undefined) {
        answer = isStore(join(this.#root, folder));
        this.#known.set(folder, answer);
      }
      if (await answer) return `${folder}/`;
    }
    return undefined;
  }
}

async function isStore(folder: string): Promise<boolean> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, 'store.json'), 'utf8'));
    return (
      typeof value === 'object' &&
      value !== null &&
      'format' in value &&
      'id' in value &&
      typeof value.format === 'number' &&
      typeof value.id === 'string'
    );
  } catch {
    // The file does not exist, or it belongs to another program.
    return false;
  }
}
