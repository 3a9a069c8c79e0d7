import { Argument, type Command, Option } from 'commander';
import { renderProse } from './render/prose.ts';
import { helpWidth, type Terminal } from './terminal.ts';

/**
 * One command, as its help page says it. Definitions are loaded at every start, so they import nothing but
 * what is small: `action` loads the packages that it needs, when the command is called.
 */
export interface CommandDefinition {
  /** The word that is typed. */
  readonly name: string;
  /** Another word for it. */
  readonly alias?: string;
  /** One sentence, for the help pages. */
  readonly summary: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Text below the options on its help page, such as examples. */
  readonly notes?: string;
  /** Called also when its group is named alone. */
  readonly isDefault?: true;
  /** On no help page. */
  readonly isHidden?: true;
  /** Called with the arguments, the options, the terminal and commander's command. */
  readonly action: (...call: never[]) => void | Promise<void>;
}

/** Commands behind one word, such as `runs`; it may be a command itself, as `import` is. */
export interface CommandGroup extends Omit<CommandDefinition, 'action'> {
  readonly action?: CommandDefinition['action'];
  /** In the order of the help page. */
  readonly commands: readonly CommandDefinition[];
}

/** A part of the help page. */
export interface HelpSection {
  readonly title: string;
  readonly commands: readonly (CommandDefinition | CommandGroup)[];
}

/** An argument of a command; `parse` reads it, and throws commander's InvalidArgumentError. */
export function argument(flags: string, help: string, parse?: (text: string) => unknown): Argument {
  const defined = new Argument(flags, help);
  return parse === undefined ? defined : defined.argParser(parse);
}

/** An option of a command; `parse` reads its value, and throws commander's InvalidArgumentError. */
export function option<Value = string>(
  flags: string,
  help: string,
  parse?: (text: string, before: Value | undefined) => Value,
  byDefault?: Value,
): Option {
  const defined = new Option(flags, help).default(byDefault);
  return parse === undefined ? defined : defined.argParser(parse);
}

/** Adds what is defined to the command above it. */
export function addCommand(
  above: Command,
  definition: CommandDefinition | CommandGroup,
  terminal: Terminal,
): void {
  const { name, alias, summary, notes, isDefault, isHidden, action } = definition;
  const command = above
    .command(name, { isDefault: isDefault === true, hidden: isHidden === true })
    .description(summary);
  if (alias !== undefined) command.alias(alias);
  for (const defined of definition.arguments ?? []) command.addArgument(defined);
  for (const defined of definition.options ?? []) command.addOption(defined);
  if (notes !== undefined) {
    command.addHelpText('after', () => renderProse(`\n${notes}`, { width: helpWidth(terminal) }));
  }
  if (action !== undefined) {
    // The arguments of commander match the definition of the action.
    const act = action as (...call: unknown[]) => void | Promise<void>;
    command.action((...said: unknown[]) => act(...said.slice(0, -1), terminal, command));
  }
  for (const below of 'commands' in definition ? definition.commands : []) {
    addCommand(command, below, terminal);
  }
}
