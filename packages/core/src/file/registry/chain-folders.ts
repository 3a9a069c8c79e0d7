import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { type FolderSight, isSameSight, lookAtFolder } from '../system/folder-sight.ts';
import { namesInOwn } from '../system/names-in.ts';

/** The folder of a chain, and the name of its model. */
export interface NamedChain {
  readonly name: string;
  readonly place: string;
}

/**
 * The folders of chains, in the order of the names of their models. A folder is for one name only, so the name is read
 * once. A folder without a name, such as one with a damaged chain, is read each time.
 */
export class ChainFolders {
  readonly #registry: string;
  #listed: { readonly sight: FolderSight; readonly places: readonly string[] } | undefined;
  #names = new Map<string, string>();
  #unnamed: readonly string[] = [];
  #ordered: { readonly places: readonly string[]; readonly chains: readonly NamedChain[] } = {
    places: [],
    chains: [],
  };

  constructor(folder: string) {
    this.#registry = join(folder, LAYOUT.registry);
  }

  /** `nameIn` reads the name in a chain; it returns `undefined` if the folder has no chain. */
  byName(nameIn: (place: string) => string | undefined): readonly NamedChain[] {
    const places = this.list();
    const isListed = places === this.#ordered.places;
    if (!isListed) this.#unnamed = places.filter((place) => !this.#names.has(place));
    const unnamed: string[] = [];
    for (const place of this.#unnamed) {
      const name = nameIn(place);
      if (name === undefined) unnamed.push(place);
      else this.#names.set(place, name);
    }
    if (!isListed || unnamed.length < this.#unnamed.length) {
      this.#unnamed = unnamed;
      this.#ordered = { places, chains: this.#sorted(places) };
    }
    return this.#ordered.chains;
  }

  /** Returns all folders; the same array as before if nothing changed. */
  list(): readonly string[] {
    const sight = lookAtFolder(this.#registry);
    const known = this.#listed;
    if (sight !== undefined && known?.sight.isSettled && isSameSight(known.sight, sight)) {
      return known.places;
    }
    const found = namesInOwn(this.#registry).map((name) => `${LAYOUT.registry}/${name}`);
    const isSame =
      known?.places.length === found.length &&
      found.every((place, index) => place === known.places[index]);
    const places = isSame ? known.places : found;
    this.#listed = sight && { sight, places };
    return places;
  }

  #sorted(places: readonly string[]): NamedChain[] {
    const chains = places.flatMap((place): NamedChain[] => {
      const name = this.#names.get(place);
      return name === undefined ? [] : [{ name, place }];
    });
    this.#names = new Map(chains.map(({ name, place }) => [place, name]));
    return chains.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
