#compdef redes
# Completion of redes for zsh. In ~/.zshrc, below compinit: source <(redes completion zsh)
_redes() {
  local program=${(Q)words[1]} typed=$PREFIX directive start line
  local -a lines folders names described
  program=${program/#\~\//$HOME/}
  # What an alias stands for is not known here.
  whence -p -- $program >/dev/null || program=redes
  # Between single quotes a backslash is one.
  [[ $compstate[quote] == "'" ]] || typed=${(Q)PREFIX}
  lines=("${(@f)$("$program" __complete zsh "${(@Q)words[2,CURRENT-1]}" "$typed" 2>/dev/null)}")
  directive=${lines[1]%% *} start=${lines[1]#* }
  if [[ $directive == (files|folders) ]]; then
    [[ -z $start ]] || compset -P '*='
    if [[ $directive == files ]]; then _files; else _files -/; fi
    return
  fi
  for line in "${(@)lines[2,-1]}"; do
    if [[ $line == *$'\t'* ]]; then
      described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    elif [[ $line == */ ]]; then
      folders+=("$line")
    else
      names+=("$line")
    fi
  done
  local found=1
  (( $#described )) && _describe choice described && found=0
  (( $#folders )) && compadd -S '' -d folders -a folders && found=0
  (( $#names )) && compadd -d names -a names && found=0
  return found
}
if [[ $funcstack[1] == _redes ]]; then _redes "$@"; else compdef _redes redes; fi
