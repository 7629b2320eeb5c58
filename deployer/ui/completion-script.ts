export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script for the shell that asks the program itself what may come next, so that it never goes out of date. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# homelab-deploy: completion for bash
_homelab_deploy() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  case $prev in
    -i | --inventory | --vault-password-file | --dist | --out)
      COMPREPLY=($(compgen -f -- "$cur"))
      return
      ;;
  esac
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(homelab-deploy complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "$cur"))
}
complete -F _homelab_deploy homelab-deploy
`,
  zsh: `#compdef homelab-deploy
# homelab-deploy: completion for zsh
_homelab_deploy() {
  case \${words[CURRENT-1]} in
    -i|--inventory|--vault-password-file|--dist|--out) _files; return ;;
  esac
  local -a found
  found=("\${(@f)$(homelab-deploy complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
if [ "$funcstack[1]" = "_homelab-deploy" ]; then _homelab_deploy "$@"; else compdef _homelab_deploy homelab-deploy; fi
`,
  fish: `# homelab-deploy: completion for fish
function __homelab_deploy
  set -l words (commandline -opc) (commandline -ct)
  homelab-deploy complete -- $words[2..-1] 2>/dev/null
end
complete -c homelab-deploy -f -a '(__homelab_deploy)'
for option in inventory vault-password-file dist out
  complete -c homelab-deploy -l $option -r -F
end
complete -c homelab-deploy -s i -r -F
`,
};
