export const help = `Usage: homelab-agent [COMMAND] [options]

Sends this server's figures to the hub, every minute.

Commands:
  run                   Beat until stopped (default)
  once                  Send one beat and say what the hub answered
  print                 Print one beat and send nothing
  check-config [FILE]   Say whether a configuration is right
  health                Say whether beats arrive

Options:
  -c, --config FILE     The configuration (default: /etc/homelab-agent/config.yaml)
      --root DIR        Read the host's files below DIR (default: /)
      --version         Print the version
  -h, --help            Print this

Exit codes:
  0   done; for health: the hub accepted a beat recently
  1   failed; for health: it did not
  2   wrong command line
  78  the configuration is missing or invalid

Examples:
  $ homelab-agent check-config
  $ homelab-agent print --root /tmp/recorded-host -c config.yaml
`;
