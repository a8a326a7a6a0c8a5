# Shared by the scripts in ops and .ci: sourced, not run.
# shellcheck shell=bash

# The repository, from wherever the script was called.
# shellcheck disable=SC2034 # for the scripts that source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

now_ms() { date +%s%3N; }

# install_missing NAME… : of hiredis, redis, graphviz, curl, openssl, shellcheck installs what is not there yet, and says so.
install_missing() {
    local need=() name
    for name in "$@"; do
        case $name in
            hiredis) [[ -f /usr/include/hiredis/hiredis.h || -f /opt/homebrew/include/hiredis/hiredis.h ]] || need+=(libhiredis-dev) ;;
            redis) command -v redis-server >/dev/null && command -v redis-cli >/dev/null || need+=(redis-server) ;;
            graphviz) command -v dot >/dev/null || need+=(graphviz) ;;
            *) command -v "$name" >/dev/null || need+=("$name") ;;
        esac
    done
    [[ ${#need[@]} -gt 0 ]] || return 0
    command -v apt-get >/dev/null || fail "please install: ${need[*]}"
    local sudo=()
    if [[ $(id -u) -ne 0 ]]; then
        command -v sudo >/dev/null || fail "not root and no sudo: please install ${need[*]}"
        sudo=(sudo)
    fi
    say "Installing with apt-get: ${need[*]}"
    "${sudo[@]}" apt-get update -q
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${need[@]}"
}

need_swift() {
    command -v swift >/dev/null || fail "swift is not on the PATH; Swift 6.2 or later: https://www.swift.org/install"
    say "$(swift --version 2>/dev/null | head -1)"
}
