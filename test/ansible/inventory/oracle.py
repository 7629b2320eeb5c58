"""Ansible's own answers, one JSON document a line in and out, so that thousands of cases need one start of Python.

    {"op": "list", "file": PATH, "playbook_dir": PATH?}             groups, and every host's variables as written
    {"op": "template", "file": PATH, "password": TEXT?}             every host's variables, decrypted and templated
    {"op": "select", "file": PATH, "patterns": [[PATTERN, ...]]}    the hosts of each list of patterns
    {"op": "render", "file": PATH, "role": PATH}                    what the role's template gives for each host
    {"op": "scalars", "texts": [TEXT, ...]}                         each text as a plain YAML scalar

Values keep their Python types: {"int": "5"}, {"float": "1.0"}, {"date": ...}, {"vault": ...}, {"unsafe": ...}.
"""

import datetime
import json
import os
import sys

# A configuration of the person who runs the tests would change the answers.
os.environ.pop("ANSIBLE_CONFIG", None)
os.chdir("/")
os.environ.update(
    HOME="/nonexistent",
    ANSIBLE_LOCAL_TEMP="/tmp",
    ANSIBLE_INVENTORY_ENABLED="yaml",
    ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true",
)

from ansible.cli.inventory import INTERNAL_VARS
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.utils.yaml import from_yaml
from ansible.parsing.vault import VaultSecret
from ansible.template import Templar
from ansible.utils.display import Display
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

# Warnings would fill the pipe; the answers are what counts.
Display.warning = lambda *args, **kwargs: None
Display.deprecated = lambda *args, **kwargs: None


def typed(value):
    if getattr(value, "__ENCRYPTED__", False):
        return {"vault": value._ciphertext.decode()}
    if isinstance(value, str):
        text = str(value)
        return {"unsafe": text} if getattr(value, "__UNSAFE__", False) else text
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, (datetime.date, datetime.datetime)):
        return {"date": value.isoformat()}
    if isinstance(value, dict):
        # Keys are never templated, so whether they may be does not matter.
        return {"map": sorted([json.dumps(plain_unsafe(typed(key))), typed(item)] for key, item in value.items())}
    if isinstance(value, (list, tuple)):
        return [typed(item) for item in value]
    raise TypeError(type(value))


def load(request):
    loader = DataLoader()
    if request.get("password") is not None:
        loader.set_vault_secrets([("default", VaultSecret(request["password"].encode()))])
    if request.get("playbook_dir"):
        loader.set_basedir(request["playbook_dir"])
    inventory = InventoryManager(loader=loader, sources=[request["file"]])
    manager = VariableManager(loader=loader, inventory=inventory)
    manager.safe_basedir = bool(request.get("playbook_dir"))
    return loader, inventory, manager


def variables(manager, host):
    found = manager.get_vars(host=host, include_hostvars=False, stage="all")
    return {name: value for name, value in found.items() if name not in INTERNAL_VARS}


def list_inventory(request):
    loader, inventory, manager = load(request)
    return {
        "groups": {
            name: {
                "hosts": [host.name for host in group.hosts],
                "children": [child.name for child in group.child_groups],
                "all": sorted(host.name for host in group.get_hosts()),
            }
            for name, group in inventory.groups.items()
        },
        "hosts": {
            host.name: {
                "vars": typed(variables(manager, host)),
                "groups": host.get_magic_vars()["group_names"],
                "short": host.get_magic_vars()["inventory_hostname_short"],
            }
            for host in inventory.get_hosts()
        },
    }


def template_inventory(request):
    loader, inventory, manager = load(request)
    answers = {}
    for host in inventory.get_hosts():
        known = manager.get_vars(host=host, include_hostvars=True, stage="all")
        known["hostvars"] = HostVars(inventory=inventory, variable_manager=manager, loader=loader)
        templar = Templar(loader=loader, variables=known)
        answers[host.name] = {}
        for name in variables(manager, host):
            try:
                value = templar.template(known[name], fail_on_undefined=True)
                if getattr(value, "__ENCRYPTED__", False):
                    value = str(value.data)
                answers[host.name][name] = {"value": plain_unsafe(typed(value))}
            except Exception as error:
                answers[host.name][name] = {"error": type(error).__name__}
    return answers


def plain_unsafe(value):
    """Whether a text may be templated again is no part of its value."""
    if isinstance(value, dict) and "unsafe" in value:
        return value["unsafe"]
    if isinstance(value, dict) and "map" in value:
        return {"map": [[key, plain_unsafe(item)] for key, item in value["map"]]}
    return [plain_unsafe(item) for item in value] if isinstance(value, list) else value


def select(request):
    _, inventory, _ = load(request)
    answers = []
    for patterns in request["patterns"]:
        try:
            answers.append({"hosts": [host.name for host in inventory.get_hosts(patterns)]})
        except Exception as error:
            answers.append({"error": type(error).__name__})
    return answers


def scalars(request):
    answers = []
    for text in request["texts"]:
        try:
            answers.append({"value": typed(from_yaml("[" + text + "]" if request.get("flow") else "- " + text))[0]})
        except Exception as error:
            answers.append({"error": type(error).__name__})
    return answers


def render(request):
    """As the template module does it, with the role's defaults below the inventory."""
    loader, inventory, manager = load(request)
    defaults = {}
    for file in ["defaults/main.yml", "vars/main/contract.yml"]:
        defaults.update(loader.load_from_file(os.path.join(request["role"], file)))
    with open(os.path.join(request["role"], "templates/config.yaml.j2"), encoding="utf-8") as file:
        template = file.read()
    answers = {}
    for host in inventory.get_hosts():
        known = {**defaults, **manager.get_vars(host=host, include_hostvars=True, stage="all")}
        templar = Templar(loader=loader, variables=known)
        try:
            with templar.set_temporary_context(trim_blocks=True, lstrip_blocks=False):
                text = templar.do_template(template, preserve_trailing_newlines=True, escape_backslashes=False)
            answers[host.name] = {"text": text}
        except Exception as error:
            answers[host.name] = {"error": f"{type(error).__name__}: {error}"}
    return answers


OPERATIONS = {"list": list_inventory, "template": template_inventory, "select": select, "render": render, "scalars": scalars}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"answer": OPERATIONS[request["op"]](request)}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
