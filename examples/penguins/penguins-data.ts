import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Table, tableFromArrays } from 'apache-arrow';

/** A penguin for which every measurement exists. */
interface Penguin {
  readonly Species: string;
  readonly Island: string;
  readonly 'Beak Length (mm)': number;
  readonly 'Beak Depth (mm)': number;
  readonly 'Flipper Length (mm)': number;
  readonly 'Body Mass (g)': number;
  readonly Sex: string;
}

/**
 * The Palmer penguins (CC0, Palmer Station Antarctica LTER and Allison Horst) from the npm package
 * vega-datasets, without the eleven that lack a value.
 */
export async function readPenguins(): Promise<Penguin[]> {
  // The package's exports hide its data files, so its folder is found first: …/build/vega-datasets.js
  const build = dirname(fileURLToPath(import.meta.resolve('vega-datasets')));
  const text = await readFile(join(build, '..', 'data', 'penguins.json'), 'utf8');
  const rows = JSON.parse(text) as Record<string, unknown>[];
  return rows.filter((row) =>
    Object.values(row).every((value) => value !== null && value !== '.'),
  ) as unknown as Penguin[];
}

/** Penguins as an Arrow table. Columns are renamed, because Delta refuses names with spaces and parentheses. */
export function penguinTable(penguins: readonly Penguin[]): Table {
  return tableFromArrays({
    species: penguins.map((penguin) => penguin.Species),
    island: penguins.map((penguin) => penguin.Island),
    beak_length_mm: Float64Array.from(penguins, (penguin) => penguin['Beak Length (mm)']),
    beak_depth_mm: Float64Array.from(penguins, (penguin) => penguin['Beak Depth (mm)']),
    flipper_length_mm: Float64Array.from(penguins, (penguin) => penguin['Flipper Length (mm)']),
    body_mass_g: Float64Array.from(penguins, (penguin) => penguin['Body Mass (g)']),
    sex: penguins.map((penguin) => penguin.Sex),
  });
}
