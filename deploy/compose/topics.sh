#!/bin/bash
# Makes the topics that are missing, as deploy/topics.json has them, and ends.
set -euo pipefail
grep -oE '"kiem[^"]+": \{[^}]*\}' /topics.json | while read -r line; do
  name=$(cut -d'"' -f2 <<<"$line")
  partitions=$(sed -E 's/.*"partitions": ([0-9]+).*/\1/' <<<"$line")
  retention=$(sed -E 's/.*"retention.ms": "(-?[0-9]+)".*/\1/' <<<"$line")
  /opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists \
    --topic "$name" --partitions "$partitions" --replication-factor 1 \
    --config "retention.ms=$retention" --config cleanup.policy=delete
done
