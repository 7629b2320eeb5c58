/**
 * A shell script that runs a host: nspawn in the host's own control groups, again after a reboot (nspawn ends with 133
 * then), and never longer than this script: killing nspawn alone leaves the host running.
 */
export function bootScript(host: {
  machine: string;
  hostname: string;
  namespace: string;
  root: string;
  cgroups: string[];
}): string {
  const nspawn = [
    'systemd-nspawn',
    '--quiet',
    `--directory=${host.root}`,
    `--machine=${host.machine}`,
    `--hostname=${host.hostname}`,
    '--boot',
    '--register=no',
    '--keep-unit',
    '--private-users=no',
    '--resolv-conf=off',
    '--timezone=off',
    // Else it would ask for this machine's own ID, which a freshly made one may lack.
    '--link-journal=no',
    '--console=pipe',
    `--network-namespace-path=/run/netns/${host.namespace}`,
  ].join(' ');
  const groups = host.cgroups.join(' ');
  return `
groups='${groups}'
end() {
  for group in $groups; do find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null; done |
    sort -u | xargs -r kill -KILL 2>/dev/null
  exit 143
}
trap end TERM
for group in $groups; do mkdir -p "$group" || exit; done
while :; do
  # Left behind by a host that lost its power, it keeps the next boot from starting.
  rm -rf '/run/systemd/nspawn/propagate/${host.machine}'
  sh -c 'for group in $0; do echo 0 >"$group/cgroup.procs" || exit; done
    export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
    exec ${nspawn}' "$groups" </dev/null &
  wait $!
  status=$?
  [ "$status" -eq 133 ] || exit "$status"
done
`;
}
