# --- Places and requirements: generated from agent/contract/ by "npm run generate" ---
readonly BASE=/opt/homelab-agent
readonly RELEASES=/opt/homelab-agent/releases
readonly CURRENT=/opt/homelab-agent/current
readonly PREVIOUS=/opt/homelab-agent/previous
readonly RUNTIMES=/opt/homelab-agent/runtime
readonly TAKEOVER=/opt/homelab-agent/takeover
readonly ACTIVATING=/opt/homelab-agent/activating
readonly CONFIG_DIR=/etc/homelab-agent
readonly CONFIG=/etc/homelab-agent/config.yaml
readonly UNIT_FILE=/etc/systemd/system/homelab-agent.service
readonly UNIT=homelab-agent.service
readonly AGENT_USER=homelab-agent
readonly STATE_DIR=/var/lib/homelab-agent
readonly STATUS=/run/homelab-agent/status.json
readonly LOCK=/run/homelab-agent-install.lock
readonly AGENT_COMMAND=/usr/local/sbin/homelab-agent
readonly TAG=homelab-deploy
readonly INCOMING=/opt/homelab-agent.incoming
readonly NODE_WANTED=22.19
readonly GLIBC_WANTED=2.28
readonly COMMANDS_WANTED='awk flock getent gzip journalctl logger sha256sum systemctl tar useradd'
readonly CONFIG_KEYS='hub_url server_id api_key api_token server_guid heartbeat_interval monitored_services mode ca_file backfill root_mount log_level'
readonly CONFIG_SECRETS='api_key api_token'

