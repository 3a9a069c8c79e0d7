import { type SqlTable, sqlTable, text } from '../tables/sql-table.ts';
import type { StoreRecords } from '../tables/store-records.ts';

/** The name of the table in SQL, in a schema that `SHOW TABLES` does not list. */
export const FOLDED_TEXTS = 'tidemark.folded_texts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * The texts of runs that are not ASCII, in lower case as JavaScript has it, for filters with ILIKE. DuckDB's `lower` knows
 * no letters whose lower case is two characters or depends on their place in the word.
 */
export const foldedTextsTable: SqlTable<StoreRecords> = sqlTable<StoreRecords, string>({
  name: 'folded_texts',
  description: 'Texts of runs in lower case.',
  items: ({ runs }) => {
    const texts = new Set<string>();
    const add = (said: string | undefined): void => {
      if (said !== undefined && !ASCII.test(said)) texts.add(said);
    };
    for (const { name, userId, params, tags, datasets } of runs) {
      add(name);
      add(userId);
      for (const value of Object.values(params)) add(value);
      for (const value of Object.values(tags)) add(value);
      for (const { dataset, tags: ofInput } of datasets) {
        add(dataset.name);
        add(dataset.digest);
        for (const value of Object.values(ofInput)) add(value);
      }
    }
    return texts;
  },
  columns: {
    text: text('The text.', (said) => said),
    folded: text('The text in lower case.', (said) => said.toLowerCase()),
  },
});

/** The statements that move the filled table to its schema. */
export const MOVE_FOLDED_TEXTS: string = `
  CREATE SCHEMA tidemark;
  CREATE TABLE ${FOLDED_TEXTS} AS FROM ${foldedTextsTable.name};
  DROP TABLE ${foldedTextsTable.name}`;
