import { z } from 'zod';
import { int64, list, text } from './wire-fields.ts';

/** The fields of every request for one page of a list. */
export interface PageRequest {
  readonly max_results?: number | undefined;
  readonly page_token?: string | undefined;
}

/** The fields of every search request. */
export interface SearchRequest extends PageRequest {
  readonly filter?: string | undefined;
  readonly order_by?: readonly string[] | undefined;
}

/** A schema for each field of a message. */
export type FieldsOf<Message> = {
  readonly [Name in keyof Message]-?: z.ZodType<Message[Name]>;
};

/** The schemas of the fields of a `PageRequest`, for use in a message. */
export const pageRequest: FieldsOf<PageRequest> = { max_results: int64, page_token: text };

/** The schemas of the fields of a `SearchRequest`, for use in a message. */
export const searchRequest: FieldsOf<SearchRequest> = {
  filter: text,
  order_by: list(z.string()),
  ...pageRequest,
};

/** A page of a list: its items under their name, and the token of the next page if there is one. */
export type Page<Name extends string, Item> = {
  readonly [Key in Name]: readonly Item[];
} & { readonly next_page_token?: string | undefined };

/** The schema of a page whose items have the name `name`. */
export function pageOf<Name extends string, Item>(
  name: Name,
  item: z.ZodType<Item>,
): z.ZodType<Page<Name, Item>> {
  const page: z.ZodType<unknown> = z.object({ [name]: list(item), next_page_token: text });
  // TypeScript does not keep the name of a computed key in the type of the object.
  return page as z.ZodType<Page<Name, Item>>;
}
