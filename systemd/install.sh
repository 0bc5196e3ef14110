#!/bin/sh
# sudo make install-service FOR=anna [OLLAMA=host:port]: Reelscribe in /opt/reelscribe, and its service for one person.
# May be run again: that is an upgrade. It replaces no configuration.
set -eu

person=${1:-} python=${2:-python3} ollama=${3:-}
cd "$(dirname "$0")/.."
fail() { echo "install-service: $1" >&2; exit 1; }

[ -n "$person" ] || fail "say for whom: sudo make install-service FOR=anna"
known=$(getent passwd "$person") || fail "there is no user called $person"
home=$(echo "$known" | cut -d: -f6)
ollama=${ollama#http://} ollama=${ollama%/}
case $ollama in
    */*) fail "OLLAMA=$ollama: write it as host:port" ;;
    "" | *:*) ;;
    *) ollama=$ollama:11434 ;;
esac
[ "$(id -u)" = 0 ] || fail "it needs root: sudo make install-service FOR=$person"
command -v systemctl >/dev/null || fail "this machine has no systemd; run \`reelscribe serve\` as you like"
case $("$python" -c 'import os, sys; print(os.path.realpath(sys.executable))') in
    /home/*|/root/*) fail "$python lies in somebody's home, which the service cannot see; name another: PYTHON=/usr/bin/python3" ;;
esac

# Nobody's films are worked on while the program is exchanged under them.
running=$(systemctl list-units --plain --no-legend --state=active 'reelscribe@*.service' 'reelscribe-notify@*.service' | cut -d' ' -f1)
start_again() { [ -z "$running" ] || systemctl start $running; running=; }
source=$(mktemp -d)
trap 'rm -rf "$source"; start_again' EXIT
trap 'exit 1' INT TERM
[ -z "$running" ] || systemctl stop $running

echo "Installing into /opt/reelscribe ..."
"$python" -m venv /opt/reelscribe
tar --exclude=.git --exclude=.venv --exclude=build -cf - . | tar -xf - -C "$source"  # nothing of root's is left in the checkout
/opt/reelscribe/bin/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt "$source[notify]"
mkdir -p /usr/local/bin
ln -sf /opt/reelscribe/bin/reelscribe /usr/local/bin/reelscribe

echo "Installing the units ..."
install -m 644 systemd/reelscribe@.service systemd/reelscribe-notify@.service systemd/reelscribe-ollama@.service \
    systemd/reelscribe-ollama@.socket /etc/systemd/system/
config="/etc/reelscribe/$person.yaml" remote=
if [ -n "$ollama" ]; then
    remote="?remote"
    install -D -m 644 /dev/stdin "/etc/systemd/system/reelscribe-ollama@$person.service.d/remote.conf" <<CONF
# Written by the installer: this person's Ollama is on another machine.
[Service]
Environment=OLLAMA=$ollama
IPAddressDeny=
CONF
elif systemctl cat ollama.service >/dev/null 2>&1; then
    install -D -m 644 /dev/stdin /etc/systemd/system/ollama.service.d/reelscribe.conf <<'CONF'
# Written by Reelscribe's installer: Ollama's runner keeps up to 8 GiB of past prompts (MiB here), which no model of yours needs.
[Service]
Environment=LLAMA_ARG_CACHE_RAM=512
CONF
fi
if [ ! -e "$config" ]; then
    install -D -m 640 -g "$(id -g "$person")" /dev/stdin "$config" <<CONF
# What you set here holds for the service and for $person's own commands. docs/configuration.md has every key.
ollama:
  url: "unix:/run/reelscribe-ollama-$person/ollama.sock$remote"
CONF
elif [ -n "$ollama" ] && ! grep -q 'ollama.sock?remote' "$config"; then
    echo "Ollama is on another machine: under ollama: in $config, write  url: \"unix:/run/reelscribe-ollama-$person/ollama.sock?remote\"" >&2
fi
systemctl daemon-reload
systemctl try-restart "reelscribe-ollama@$person.service"
[ -n "$ollama" ] || systemctl try-restart ollama.service 2>/dev/null || true
start_again

as_person() { runuser -u "$person" -- env HOME="$home" USER="$person" LOGNAME="$person" "$@"; }
install -d -o "$person" -g "$(id -g "$person")" "/var/cache/reelscribe-$person"
echo "Fetching the speech model ..."
as_person /opt/reelscribe/bin/reelscribe models pull ||
    echo "It could not be fetched; as $person, later: reelscribe models pull" >&2
if [ ! -e "/etc/systemd/system/reelscribe@$person.service.d/inboxes.conf" ]; then
    as_person mkdir -p "$home/Videos/inbox"
    /opt/reelscribe/bin/reelscribe service add-inbox "$home/Videos/inbox" --for "$person"
fi
systemctl enable --now "reelscribe-ollama@$person.socket"
systemctl enable "reelscribe@$person" "reelscribe-notify@$person"
systemctl restart "reelscribe@$person" "reelscribe-notify@$person"
echo "It runs. Drop a film into $home/Videos/inbox; \`reelscribe tui\` shows it, \`reelscribe doctor\` says what is missing."
