/**
 * An inventory of values that break templates which do not quote: everything here is valid, and means what it says.
 * The vault password is "open sesame".
 */
export const NAIVE_INVENTORY = `
all:
  vars:
    homelab_agent_hub_url: http://hub.home.lan:8080
    homelab_agent_api_key: shared-key
    reference: "{{ kept_elsewhere }}"
    kept_elsewhere: "'0123': {yes}"
  children:
    nas:
      hosts:
        nas-[1:2]:
          homelab_agent_api_key: !unsafe "a{{ b }}: 'q' \\"d\\" #x \\\\n {% yes %}"
          homelab_agent_monitored_services:
            - ssh.service
            - "yes"
            - "0123"
            - "1e3"
            - "~"
            - "null"
            - "a:b#c"
            - "'quoted'"
            - grüße@😀.service
          homelab_agent_root_mount: "/srv/Ton & Bild: #1 'é' 😀"
    pi:
      vars:
        homelab_agent_mode: readwrite
        homelab_agent_log_level: debug
      hosts:
        pi-1:
          homelab_agent_api_key: "{{ reference }}"
          homelab_agent_api_token: "yes"
          homelab_agent_server_guid: 9D3B65E0-E08C-4E6D-8F0F-648489F66FA0
        pi-2:
          homelab_agent_api_key: "1e3"
          homelab_agent_server_id: "0123"
          homelab_agent_heartbeat_interval: "30"
          homelab_agent_backfill: 0
          homelab_agent_runtime: system
          homelab_agent_monitored_services: []
        pi-3:
          homelab_agent_api_key: ${'k'.repeat(200)}
          homelab_agent_ca_file: "/etc/ssl/a: b"
          homelab_agent_heartbeat_interval: "{{ thirty }}"
          thirty: 30
        pi-4:
          homelab_agent_api_key: !vault |
            $ANSIBLE_VAULT;1.1;AES256
            34613934353562613937356365363038366362636461643735313864666665363961326664636233
            6364356461613730346430323063636565623637383630340a373137393135333465656339613232
            38326233333561373031303238346535336634343766316539333535643933656338643862383361
            3362646166313363370a383934373738396232376564313639366530353664346366366130656266
            3237
`;
