# Completion of redes for bash. In ~/.bashrc: source <(redes completion bash)
_redes() {
  local program=$1
  local -a lines
  [[ $program == '~/'* ]] && program=$HOME/${program:2}
  # What an alias stands for is not known here.
  type -P -- "$program" >/dev/null || program=redes
  mapfile -t lines < <("$program" __complete bash "$COMP_LINE" "$COMP_POINT" "$COMP_WORDBREAKS" 2>/dev/null)
  COMPREPLY=("${lines[@]:1}")
  case ${lines[0]%% *} in
    more) compopt -o nospace ;;
    # Where there is no choice, bash completes paths by itself, behind an equals sign too.
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
  esac
}
complete -F _redes redes
