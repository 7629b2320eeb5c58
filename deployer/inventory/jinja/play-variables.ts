/** What Ansible itself sets in a play, whatever the inventory says. */
const ALWAYS = new Set([
  ...['ansible_check_mode', 'ansible_config_file', 'ansible_diff_mode', 'ansible_facts'],
  ...['ansible_forks', 'ansible_inventory_sources', 'ansible_limit', 'ansible_run_tags'],
  ...['ansible_skip_tags', 'ansible_verbosity', 'ansible_version', 'ansible_playbook_python'],
  ...['ansible_play_batch', 'ansible_play_hosts', 'ansible_play_hosts_all', 'ansible_play_name'],
  ...['ansible_play_role_names', 'ansible_dependent_role_names', 'ansible_parent_role_names'],
  ...['ansible_role_name', 'ansible_role_names', 'ansible_collection_name', 'ansible_search_path'],
  ...['environment', 'play_hosts', 'role_name', 'role_names', 'role_path', 'role_uuid'],
]);

/** What it sets where the inventory does not, from settings that only it follows. */
const UNLESS_SET = new Set([
  ...['ansible_connection', 'ansible_timeout', 'ansible_ssh_timeout', 'ansible_shell_type'],
  ...['ansible_shell_executable', 'ansible_pipelining', 'ansible_ssh_pipelining'],
  'ansible_module_compression',
]);

/** Whether a play's own value would stand in a variable's place; `isSet`: whether the inventory sets it. */
export function isPlayVariable(name: string, isSet: boolean): boolean {
  return ALWAYS.has(name) || (!isSet && UNLESS_SET.has(name));
}
