"""What Ansible itself makes of whole set-ups: one JSON document a line in and out.

    {"cwd": PATH, "env": {NAME: VALUE}, "args": [ARGUMENT, ...]}

args are those of ansible-inventory. The answer: what `ansible-inventory --list` prints, and how Ansible would connect to
each host and become root there. Each case has a process of its own, since Ansible reads its settings once.
"""

import contextlib
import io
import json
import os
import sys

# What Ansible imports anyway, once for all cases; Ansible itself must come later.
import cryptography.hazmat.primitives.ciphers
import jinja2.nativetypes
import yaml

CONNECTION = ["host", "port", "remote_user", "private_key_file", "ssh_args", "ssh_common_args", "timeout", "reconnection_retries", "password"]


def answer(request):
    os.chdir(request["cwd"])
    for name in [name for name in os.environ if name.startswith("ANSIBLE_")]:
        del os.environ[name]
    os.environ.update(HOME="/nonexistent", ANSIBLE_LOCAL_TEMP="/tmp", **request["env"])
    from ansible import constants as C
    from ansible.cli.inventory import InventoryCLI
    from ansible.plugins.loader import become_loader, connection_loader

    C.config.WARNINGS.clear()
    printed = io.StringIO()
    cli = InventoryCLI(["ansible-inventory", "--list", *request["args"]])
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        cli.run()
    if not cli.inventory.get_hosts():
        raise ValueError("no hosts")
    connection_loader.get("ssh", class_only=True)
    become_loader.get("sudo", class_only=True)
    hosts = {host.name: connect(cli, C, host) for host in cli.inventory.get_hosts()}
    return {"list": json.loads(printed.getvalue()), "hosts": hosts}


def connect(cli, C, host):
    from ansible.template import Templar

    known = cli.vm.get_vars(host=host, include_hostvars=True)
    templar = Templar(loader=cli.loader, variables=known)

    def options(kind, plugin):
        names = [name for name in C.config.get_plugin_vars(kind, plugin) if name in known]
        found = {name: templar.template(known[name]) for name in names}
        return C.config.get_plugin_options(kind, plugin, variables=found)

    ssh, sudo = options("connection", "ssh"), options("become", "sudo")
    if not any(name in known for name in ["ansible_private_key_file", "ansible_ssh_private_key_file"]):
        # A play has it from here, where a path is relative to its ansible.cfg.
        ssh["private_key_file"] = C.DEFAULT_PRIVATE_KEY_FILE
    return {
        **{name: plain(ssh[name]) for name in CONNECTION},
        "become_pass": plain(sudo["become_pass"]),
    }


def plain(value):
    return value if value is None or isinstance(value, (int, bool)) else str(value)


def in_child(request):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        # Its warnings are about inventories that are meant to be odd.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            found = {"answer": answer(request)}
        except BaseException as error:
            found = {"error": f"{type(error).__name__}: {error}"}
        with os.fdopen(writer, "w") as pipe:
            json.dump(found, pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        found = pipe.read()
    os.waitpid(child, 0)
    return found


for line in sys.stdin:
    print(in_child(json.loads(line)), flush=True)
