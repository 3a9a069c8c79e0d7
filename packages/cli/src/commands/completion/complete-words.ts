import type { Argument, Command, Option } from 'commander';

/** One word that the user could type next. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** The words that the user could type next: fixed words, and those that only the store knows. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly names?: 'runs' | 'models' | 'experiments';
}

/**
 * Completes the last of the words after the name of the program. It may be empty. Returns nothing where a file name
 * or free text is expected.
 */
export function completeWords(program: Command, words: readonly string[]): Completion {
  const current = words.at(-1) ?? '';
  const { command, waiting, taken } = walk(program, words.slice(0, -1));
  if (waiting !== undefined) {
    return {
      candidates: choices(waiting, current),
      ...ofStore(NAMES_OF_OPTIONS[waiting.long ?? '']),
    };
  }
  if (current.startsWith('-')) {
    const candidates = optionsOf(command).flatMap((option) => {
      const value = option.long ?? option.short ?? '';
      return { value, description: option.description };
    });
    return { candidates: beginning([...candidates, HELP], current) };
  }
  const argument = argumentAt(command, taken);
  const candidates = [
    ...(taken === 0 ? command.createHelp().visibleCommands(command) : [])
      .filter((sub) => sub.name() !== 'help')
      .map((sub) => ({ value: sub.name(), description: sub.description() })),
    ...(argument === undefined ? [] : choices(argument, '')),
  ];
  return {
    candidates: beginning(candidates, current),
    ...ofStore(argument === undefined ? undefined : namesOfArgument(command, argument)),
  };
}

const HELP: Candidate = { value: '--help', description: 'show the arguments and options' };

/**
 * Follows the words to a command. Returns the command, the option that needs its value, and the number of
 * arguments.
 */
function walk(
  program: Command,
  words: readonly string[],
): { command: Command; waiting: Option | undefined; taken: number } {
  let command = program;
  let waiting: Option | undefined;
  let taken = 0;
  for (const word of words) {
    if (waiting !== undefined) {
      waiting = undefined;
    } else if (word.startsWith('-')) {
      const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
      if (option?.required === true) waiting = option;
    } else {
      const sub = taken === 0 ? subcommand(command, word) : undefined;
      if (sub === undefined) taken += 1;
      else command = sub;
    }
  }
  return { command, waiting, taken };
}

/** Returns the options of a command, of its default command, and of its parents. */
function optionsOf(command: Command): Option[] {
  const found: Option[] = [];
  const list = subcommand(command, 'list');
  const above: Command[] = [];
  for (let at = command.parent; at !== null; at = at.parent) above.push(at);
  for (const { options } of [command, ...(list === undefined ? [] : [list]), ...above]) {
    for (const option of options) {
      if (!option.hidden && !found.some(({ long }) => long === option.long)) found.push(option);
    }
  }
  return found;
}

function subcommand({ commands }: Command, word: string): Command | undefined {
  return commands.find((sub) => sub.name() === word || sub.aliases().includes(word));
}

function argumentAt({ registeredArguments }: Command, taken: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[taken] ?? (last?.variadic === true ? last : undefined);
}

const NAMES_OF_OPTIONS: Readonly<Record<string, Completion['names']>> = {
  '--experiment': 'experiments',
  '--run': 'runs',
};

function namesOfArgument(command: Command, argument: Argument): Completion['names'] {
  const name = argument.name();
  if (['run', 'runs', 'of'].includes(name)) return 'runs';
  if (name === 'experiment') return 'experiments';
  // The name of a new thing is not completed.
  const isNew = ['create', 'register'].includes(command.name());
  return name === 'name' && command.parent?.name() === 'models' && !isNew ? 'models' : undefined;
}

function ofStore(names: Completion['names']): { names?: NonNullable<Completion['names']> } {
  return names === undefined ? {} : { names };
}

function choices({ argChoices = [] }: Argument | Option, current: string): Candidate[] {
  return beginning(
    argChoices.map((value) => ({ value, description: '' })),
    current,
  );
}

function beginning(candidates: readonly Candidate[], current: string): Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(current));
}
