export const help = `Usage: homelab-agent COMMAND [options]

Sends this server's figures to the hub, every minute.

Commands:
  run                   Send heartbeats until stopped, as the service does
  once                  Send one heartbeat and print the hub's answer
  print                 Print one heartbeat and send nothing
  check-config [FILE]   Check a configuration
  status                Show how the agent that runs here is
  health                Report whether the hub accepts heartbeats

Options:
  -c, --config FILE     Configuration (default: /etc/homelab-agent/config.yaml)
      --root DIR        Read the host's files below DIR (default: /)
      --version         Print the version
  -h, --help            Print this

Exit codes:
  0   done; for health and status: the hub accepted a heartbeat recently
  1   failed; for health and status: it did not
  2   wrong command line
  78  the configuration is missing or invalid

Examples:
  $ homelab-agent status
  $ homelab-agent check-config
  $ homelab-agent print --root /tmp/recorded-host -c config.yaml
`;
