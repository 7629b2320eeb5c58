"""Stands in for the hub's own agent on a test server: reads its configuration, and sends small heartbeats."""

import datetime
import json
import socket
import time
import urllib.request


def read_config(path):
    """The subset of YAML in which PyYAML writes such a file."""
    config, key = {}, None
    for line in open(path, encoding="utf-8").read().splitlines():
        if line.startswith("- "):
            if not isinstance(config.get(key), list):
                config[key] = []
            config[key].append(line[2:])
        else:
            key, _, value = line.partition(": ")
            key = key.rstrip(":")
            config[key] = [] if value == "[]" else value
    return config


def heartbeat(config):
    """What the hub needs to show a server."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    return {
        "server_guid": config["server_guid"],
        "server_id": config["server_id"],
        "hostname": socket.gethostname(),
        "timestamp": now,
        "agent_version": "2.0.0",
        "agent_mode": config["mode"],
        "metrics": {"cpu_percent": 1.0},
        "services": [{"name": name, "status": "running"} for name in config["monitored_services"]],
    }


def main():
    """Beats until it is stopped; what the hub answers is of no interest."""
    while True:
        config = read_config("/etc/homelab-agent/config.yaml")
        request = urllib.request.Request(
            config["hub_url"] + "/api/v1/agents/heartbeat",
            data=json.dumps(heartbeat(config)).encode(),
            headers={
                "Content-Type": "application/json",
                "X-Agent-Token": config["api_token"],
                "X-Server-GUID": config["server_guid"],
            },
        )
        try:
            urllib.request.urlopen(request, timeout=10).read()
        except OSError as error:
            print(error, flush=True)
        time.sleep(int(config["heartbeat_interval"]))


main()
