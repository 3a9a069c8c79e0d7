/** The shells that have a completion script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** The name of a shell. */
export type Shell = (typeof SHELLS)[number];

/**
 * The script for each shell, which calls `tidemark __complete` for the next words. It prints a line for each
 * candidate, with a tab before the description. Without candidates the shell completes files.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# tidemark: completion for bash. In ~/.bashrc: eval "$(tidemark completion bash)"
_tidemark() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(tidemark __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _tidemark tidemark
`,
  zsh: `#compdef tidemark
# tidemark: completion for zsh. In ~/.zshrc, after compinit: eval "$(tidemark completion zsh)"
_tidemark() {
  local line
  local -a candidates
  for line in "\${(@f)$(tidemark __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#candidates )); then _describe tidemark candidates; else _files; fi
}
compdef _tidemark tidemark
`,
  fish: `# tidemark: completion for fish. Once: tidemark completion fish > ~/.config/fish/completions/tidemark.fish
function __tidemark_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    tidemark __complete -- $words[2..-1] "$current" 2>/dev/null
end
complete -c tidemark -a '(__tidemark_complete)'
`,
};
