#!/bin/sh
# sudo make uninstall-service [FOR=anna]: the service of one person, or all of it. It leaves every script, setting and speech model.
set -eu

person=${1:-}
[ "$(id -u)" = 0 ] || { echo "uninstall-service: it needs root" >&2; exit 1; }
which=${person:-*}

systemctl disable --now "reelscribe-notify@$person.service" "reelscribe@$person.service" "reelscribe-ollama@$person.socket" 2>/dev/null || true
if [ -z "$person" ]; then
    systemctl stop 'reelscribe-notify@*.service' 'reelscribe@*.service' 'reelscribe-ollama@*.socket' 'reelscribe-ollama@*.service' || true
fi
for unit in reelscribe@ reelscribe-notify@ reelscribe-ollama@; do
    rm -rf /etc/systemd/system/"$unit"$which.service.d /etc/systemd/system/*.wants/"$unit"$which.service /etc/systemd/system/*.wants/"$unit"$which.socket
done
if [ -z "$person" ]; then
    rm -f /etc/systemd/system/reelscribe@.service /etc/systemd/system/reelscribe-notify@.service
    rm -f /etc/systemd/system/reelscribe-ollama@.service /etc/systemd/system/reelscribe-ollama@.socket
    rm -f /etc/systemd/system/ollama.service.d/reelscribe.conf /usr/local/bin/reelscribe
    rmdir /etc/systemd/system/ollama.service.d 2>/dev/null || true
    rm -rf /opt/reelscribe
fi
systemctl daemon-reload
echo "Left as they are: your films and scripts, /etc/reelscribe, /var/lib/reelscribe-* (job table, versions), /var/cache/reelscribe-* (models)."
