import { UsageError } from '../command-line/spec.ts';
import { type CommandContext, print } from '../context.ts';
import { EXIT } from '../failure.ts';

// Each script asks the program itself, `podlapse __complete WORDS...`: it answers with a line for each suggestion, and
// with `:0` where files are meant, else `:4`. kubectl asks its plug-ins in the same way.

const BASH = `_podlapse() {
  local line directive= IFS=$'\\n'
  COMPREPLY=()
  while read -r line; do
    case "$line" in
      :*) directive="\${line#:}" ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(podlapse __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "$directive" = 0 ]; then COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); fi
}
complete -F _podlapse podlapse
`;

const ZSH = `#compdef podlapse
_podlapse() {
  local line directive
  local -a lines
  for line in "\${(@f)$(podlapse __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :* ]]; then directive=\${line#:}; else lines+=("\${\${line//:/\\\\:}/$'\\t'/:}"); fi
  done
  if [[ $directive == 0 ]]; then _files; else _describe podlapse lines; fi
}
compdef _podlapse podlapse
`;

const FISH = `function __podlapse_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (podlapse __complete $words[2..-1] 2>/dev/null)
    switch $line
      case ':0'
        __fish_complete_path (commandline -ct)
      case ':*'
      case '*'
        echo $line
    end
  end
end
complete -c podlapse -f -a '(__podlapse_complete)'
`;

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** `podlapse completion SHELL` */
export async function completion(
  context: CommandContext,
  _values: object,
  [shell = '']: readonly string[],
): Promise<number> {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script === undefined)
    throw new UsageError(`There is no completion for ${shell}; there is for bash, zsh and fish.`);
  print(context, script);
  return EXIT.done;
}
