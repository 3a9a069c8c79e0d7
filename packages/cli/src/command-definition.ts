import { Argument, type Command, Option } from 'commander';
import { renderProse } from './render/prose.ts';
import { helpWidth, type Terminal } from './terminal.ts';

/**
 * One command. Every start loads all definitions, so they import only small modules: `action` imports the packages
 * that it needs when the command is called.
 *
 * @example
 * ```ts
 * import { openForCommand } from './open.ts';
 * import { STORE_TO_CHANGE, type StoreOptions } from './store-options.ts';
 * import type { Terminal } from './terminal.ts';
 *
 * export const create: CommandDefinition = {
 *   name: 'create',
 *   summary: 'Create an experiment.',
 *   arguments: [argument('<name>', 'the name of the experiment')],
 *   options: [STORE_TO_CHANGE],
 *   async action(name: string, options: StoreOptions, terminal: Terminal) {
 *     const store = await openForCommand(options.store);
 *     const { experimentId } = await store.createExperiment({ name, creationTimeMs: Date.now() });
 *     terminal.out(`${experimentId}\n`);
 *   },
 * };
 * ```
 */
export interface CommandDefinition {
  /** The word that users type. */
  readonly name: string;
  /** Another word for the same command. */
  readonly alias?: string;
  /** One sentence, for the help pages. */
  readonly summary: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Text below the options on its help page, such as examples. It is wrapped to the terminal. */
  readonly notes?: string;
  /** Whether it runs when its group is called without a command. */
  readonly isDefault?: true;
  /** Whether the help pages leave it out. */
  readonly isHidden?: true;
  /** Called with the arguments, the options, the terminal and commander's command. */
  readonly action: (...call: never[]) => void | Promise<void>;
}

/** Commands behind one word, such as `runs`. The word may be a command itself, such as `import`. */
export interface CommandGroup extends Omit<CommandDefinition, 'action'> {
  readonly action?: CommandDefinition['action'];
  /** In the order of the help page. */
  readonly commands: readonly CommandDefinition[];
}

/** A section of the help page. */
export interface HelpSection {
  readonly title: string;
  readonly commands: readonly (CommandDefinition | CommandGroup)[];
}

/** Defines an argument of a command. `parse` converts it, and throws commander's InvalidArgumentError. */
export function argument(flags: string, help: string, parse?: (text: string) => unknown): Argument {
  const defined = new Argument(flags, help);
  return parse === undefined ? defined : defined.argParser(parse);
}

/** Defines an option of a command. `parse` converts its value, and throws commander's InvalidArgumentError. */
export function option<Value = string>(
  flags: string,
  help: string,
  parse?: (text: string, before: Value | undefined) => Value,
  byDefault?: Value,
): Option {
  const defined = new Option(flags, help).default(byDefault);
  return parse === undefined ? defined : defined.argParser(parse);
}

/** Adds a command or a group to its parent. */
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
    // Commander's arguments match the parameters of the action.
    const act = action as (...call: unknown[]) => void | Promise<void>;
    command.action((...said: unknown[]) => act(...said.slice(0, -1), terminal, command));
  }
  for (const below of 'commands' in definition ? definition.commands : []) {
    addCommand(command, below, terminal);
  }
}
