#!/bin/sh
# Installs the homelab agent on this server, activates it behind a health gate, and restores everything if the
# new release does not become ready. Runs as root, from an unpacked artifact or from an installed release.
#
#   install-agent.sh [--config FILE] [--runtime FILE.tar.gz|system] [--check] [--gate SECONDS]
#                    [--require-beat] [--keep N] [--by WHO] [--checked]
#   install-agent.sh --rollback [RELEASE]
#   install-agent.sh --releases
#   install-agent.sh --uninstall [--purge]
#
#   --config FILE    the configuration to go live with (default: the one at /etc/homelab-agent/config.yaml)
#   --runtime FILE   the archive of Node for this server, the name of one that is here already, or "system" for
#                    the server's own Node (default: the one in use, else one that is here, else an archive
#                    beside this directory)
#   --check          print what would change, and change nothing
#   --gate SECONDS   how long the new release must run after it is ready (default 5)
#   --require-beat   wait until the hub has accepted a beat, too (90 s at most)
#   --keep N         how many releases to keep (default 5); the current and the previous one always stay
#   --by WHO         who does this, for the journal (journalctl -t homelab-deploy)
#   --checked        the configuration has passed this build's own check where it comes from; where the build runs
#                    here already, or nothing does, that is not done once more
#   --rollback       roll back to the previous release, or to RELEASE
#   --releases       the releases on this server: name, current or previous or -, live since, and accepted if the hub
#                    has accepted a beat of it
#   --uninstall      remove the agent; its configuration and state stay, unless --purge
#
# Exit status: 0 done. 1 the new release did not become ready: the old one was restored, or the last line says
# "failed"; or --uninstall could not remove everything. 2 wrong use, a missing precondition or a refused
# configuration: nothing was touched. 75 another installation is running.
set -u
umask 022
# After "su", and from cron, PATH lacks the directories of root's programs.
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# With it "cd" says where it went.
unset CDPATH
# Of the environment these do not count, and not every run sets them.
AGAIN=no GUARD='' MADE_BASE=no REASON='' REPAIRED=no RUNTIME='' SINCE=''

# How it withstands a power cut and a kill: everything is staged first, in the file systems where it is to be.
# The switch is renames alone, between the moment when the directory "activating" (what to restore) appears and
# the moment when it is removed. If it exists and no installer runs, the old state is restored: a guard process
# after a kill, the unit's ExecStartPre after a power cut, or the next run.

