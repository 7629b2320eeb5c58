# --- The beginning ------------------------------------------------------------------------------------

main() {
  parse_arguments "$@"
  case $MODE in
    releases) list_releases && exit 0 ;;
    guard) recover_after_kill ;;
    recover) recover_at_start; exit 0 ;;
  esac
  check_server
  take_lock
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 141' PIPE
  trap 'exit 143' TERM
  recover_before_run
  case $MODE in
    install) install_release ;;
    rollback) roll_back_by_hand ;;
    uninstall) uninstall ;;
  esac
}

main "$@"
exit
