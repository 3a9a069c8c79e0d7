import { parseAst } from 'rolldown/parseAst';
import { WRONG_VALUES } from './wrong-values.ts';

/** A public function, with the type that the test can assume. */
export type PublicFunction = (...args: unknown[]) => unknown;

/** The time in milliseconds after which a call counts as one that never ends. */
const PATIENCE_MS = 60_000;

/** The largest number of arguments that a public function has. */
const MOST_PLACES = 4;

/** The name of an option that no function has. The error names the options that exist. */
const NO_OPTION = 'noSuchOption';

/** Valid values for the other arguments, so that a call gets as far as the wrong one. */
export interface Fillers {
  /** The leading arguments, one row for each way to fill them. */
  readonly rows: readonly (readonly unknown[])[];
  /** Values of options, by name. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Calls a function with every wrong value in every place, with the other places filled from each row of
 * `fillers`, so that a wrong value gets past the arguments before it; then with every wrong value in every option of a
 * place that takes options, and inside an array and an object there. Returns the calls that ended with something other
 * than a success or a TidemarkError, or never.
 */
export async function callWrongly(call: PublicFunction, fillers: Fillers): Promise<string[]> {
  const complaints = new Set<string>();
  const attempt = async (args: readonly unknown[], what: string): Promise<void> => {
    const ended = await outcomeOf(() => call(...args));
    if (ended !== undefined) complaints.add(`${what}: ${ended}`);
  };
  const optionsSeen = new Set<string>();
  const places = placesOf(call);
  for (const row of fillers.rows) {
    for (let place = 0; place < places; place += 1) {
      for (const [kind, wrong] of everyWrong()) {
        await attempt(row.toSpliced(place, 1, wrong), `${kind} in place ${place}`);
      }
      const names = await optionNames(call, row, place);
      // Once for each set of options, because other rows reach the same ones.
      if (names.length === 0 || optionsSeen.has(`${place} ${names.join()}`)) continue;
      optionsSeen.add(`${place} ${names.join()}`);
      const right = Object.fromEntries(
        names.flatMap((name) => (name in fillers.options ? [[name, fillers.options[name]]] : [])),
      );
      for (const name of names) {
        for (const [kind, wrong] of everyWrong()) {
          const options = { ...right, [name]: wrong };
          await attempt(row.toSpliced(place, 1, options), `${kind} as ${name} in place ${place}`);
        }
      }
    }
  }
  return [...complaints];
}

/** The number of places in which a function takes an argument. More would call it again with the same ones. */
function placesOf(call: PublicFunction): number {
  const params = paramsOf(call.toString());
  return params.some(({ type }) => type === 'RestElement') ? MOST_PLACES : params.length;
}

function paramsOf(text: string): readonly { readonly type: string }[] {
  const isMethod = !/^(?:async )?(?:function\b|\()/.test(text);
  const [statement] = parseAst(isMethod ? `({${text}})` : `(${text})`).body;
  const expression = statement?.type === 'ExpressionStatement' ? statement.expression : undefined;
  const [property] = expression?.type === 'ObjectExpression' ? expression.properties : [];
  const declared = property?.type === 'Property' ? property.value : expression;
  if (declared?.type !== 'FunctionExpression' && declared?.type !== 'ArrowFunctionExpression') {
    throw new Error(`No function is declared by: ${text}`);
  }
  return declared.params;
}

/** Values on which code that walks an object is most likely to fail. */
const NESTED_KINDS: ReadonlySet<string> = new Set([
  'undefined',
  'null',
  'bigint',
  'symbol',
  'Proxy',
  'cycle',
]);

/** The wrong values, by themselves and inside arrays and objects. */
function* everyWrong(): Generator<[string, unknown]> {
  for (const [kind, wrong] of Object.entries(WRONG_VALUES)) {
    yield [kind, wrong];
    if (!NESTED_KINDS.has(kind)) continue;
    yield [`${kind} in an array`, [wrong]];
    yield [`${kind} in an object`, { a: wrong }];
    yield [`${kind} deep inside`, { a: [{ b: wrong }] }];
  }
}

/** The options of a place, as the function's own error names them; empty if it takes none there. */
async function optionNames(
  call: PublicFunction,
  row: readonly unknown[],
  place: number,
): Promise<string[]> {
  const told = await messageOf(() => call(...row.toSpliced(place, 1, { [NO_OPTION]: 1 })));
  const names = /has no option "noSuchOption"\..* The options are (.*)\.$/s.exec(told)?.[1];
  return names?.split(', ') ?? [];
}

async function messageOf(act: () => unknown): Promise<string> {
  try {
    await readSome(await act());
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

/** The outcome of a call: `undefined` for a success and for a TidemarkError. */
async function outcomeOf(act: () => unknown): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('it never ended'), PATIENCE_MS);
  });
  try {
    return await Promise.race([late, settled(act)]);
  } finally {
    clearTimeout(timer);
  }
}

async function settled(act: () => unknown): Promise<string | undefined> {
  try {
    await readSome(await act());
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'TidemarkError') return undefined;
    return String(error).slice(0, 200);
  }
}

/** Reads the first items of a generator, which checks its arguments on the first read. */
async function readSome(result: unknown): Promise<void> {
  const tag = Object.prototype.toString.call(result);
  if (tag !== '[object AsyncGenerator]' && tag !== '[object Generator]') return;
  const generator = result as AsyncGenerator<unknown>;
  for (let item = 0; item < 3; item += 1) {
    if ((await generator.next()).done === true) return;
  }
}
