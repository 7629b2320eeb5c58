import { FILES } from './completions.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script for the shell that asks the program itself what may come next, so that it never goes out of date. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

// What the program answers is not expanded by the shell: an inventory may name a host as it likes.
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# homelab-deploy: completion for bash
_homelab_deploy() {
  local i cur=\${COMP_WORDS[COMP_CWORD]}
  mapfile -t COMPREPLY < <(homelab-deploy complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "\${COMPREPLY[0]-}" = ${FILES} ]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    return
  fi
  for i in "\${!COMPREPLY[@]}"; do printf -v "COMPREPLY[i]" %q "\${COMPREPLY[i]}"; done
}
complete -F _homelab_deploy homelab-deploy
`,
  zsh: `#compdef homelab-deploy
# homelab-deploy: completion for zsh
_homelab_deploy() {
  local -a found
  found=(\${(f)"$(homelab-deploy complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if [[ $found[1] == ${FILES} ]]; then _files; else compadd -a found; fi
}
if [ "$funcstack[1]" = "_homelab-deploy" ]; then _homelab_deploy "$@"; else compdef _homelab_deploy homelab-deploy; fi
`,
  fish: `# homelab-deploy: completion for fish
function __homelab_deploy
  set -l words (commandline -opc) (commandline -ct)
  set -l found (homelab-deploy complete -- $words[2..-1] 2>/dev/null)
  if test "$found[1]" = ${FILES}
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c homelab-deploy -f -a '(__homelab_deploy)'
`,
};
