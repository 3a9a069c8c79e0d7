import { Composer, type Document, type LineCounter, type ParsedNode, Parser } from 'yaml';

/** A mistake in a text, and its character. */
export interface YamlFault {
  readonly message: string;
  readonly at: number;
}

/** The document of a text, or its first fault. */
export type ComposedYaml =
  | { readonly document: Document.Parsed<ParsedNode>; readonly fault?: undefined }
  | { readonly fault: YamlFault };

/** Options of the library that reads YAML. */
export type YamlOptions = NonNullable<ConstructorParameters<typeof Composer>[0]>;

/** Ends the reading at the first fault. */
class Faulty extends Error {
  readonly fault: YamlFault;

  constructor(fault: YamlFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/**
 * The one document of a YAML text, or the first thing that is wrong with it, warnings included. The library continues
 * behind a fault, and makes an error with its stack for each: a megabyte of closing brackets, or of escapes that do not
 * exist, takes it many seconds. Like PyYAML it refuses a second document.
 * @throws what the library throws where a text is nested beyond the stack
 */
export function composeYaml(text: string, options: YamlOptions, lines: LineCounter): ComposedYaml {
  const composer = new Composer(options);
  let first: Faulty | undefined;
  // Private there, and the only way to stop it within a document. It catches what is thrown and comes again, once for
  // each collection that the fault is in.
  const onError = (place: FaultPlace, _code: string, message: string): never => {
    first ??= new Faulty({ message, at: beginOf(place) });
    throw first;
  };
  Object.assign(composer, { onError });
  let found: Document.Parsed<ParsedNode> | undefined;
  const take = (document: Document.Parsed<ParsedNode>): void => {
    if (found !== undefined) {
      throw new Faulty({ message: 'There is more than one document', at: document.range[0] });
    }
    found = document;
  };
  try {
    for (const token of new Parser(lines.addNewLine).parse(text)) {
      if (token.type === 'error') throw new Faulty({ message: token.message, at: token.offset });
      for (const document of composer.next(token)) take(document);
    }
    for (const document of composer.end(true, text.length)) take(document);
  } catch (error) {
    if (error instanceof Faulty) return { fault: error.fault };
    throw error;
  }
  const document = found as unknown as Document.Parsed<ParsedNode>;
  const [error = document.warnings[0]] = document.errors;
  if (error === undefined) return { document };
  return { fault: { message: error.message, at: error.pos[0] } };
}

/** A place is a number, a range, or a piece of the text. */
type FaultPlace = number | readonly [number, number] | { readonly offset: number };

function beginOf(place: FaultPlace): number {
  if (typeof place === 'number') return place;
  return 'offset' in place ? place.offset : place[0];
}
