#!/bin/bash
# Makes the topics that are missing, as deploy/topics.json has them, and ends.
set -euo pipefail
topics() { /opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 "$@"; }
there=$(topics --list)
making=()
while read -r line; do
  name=$(cut -d'"' -f2 <<<"$line")
  partitions=$(sed -E 's/.*"partitions": ([0-9]+).*/\1/' <<<"$line")
  retention=$(sed -E 's/.*"retention.ms": "(-?[0-9]+)".*/\1/' <<<"$line")
  grep -qxF "$name" <<<"$there" && continue
  topics --create --if-not-exists --topic "$name" --partitions "$partitions" \
    --replication-factor 1 --config "retention.ms=$retention" --config cleanup.policy=delete &
  making+=($!)
done < <(grep -oE '"kiem[^"]+": \{[^}]*\}' /topics.json)
for one in "${making[@]}"; do
  wait "$one"
done
