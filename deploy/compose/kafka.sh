#!/bin/bash
# Starts Kafka with a cluster id of its own. The image gives every new data folder the same one;
# then services would not see that their Kafka was lost, and would not publish everything again.
set -euo pipefail
kept=/var/lib/kafka/data/meta.properties
if [ -s "$kept" ]; then
  CLUSTER_ID=$(sed -n 's/^cluster\.id=//p' "$kept")
else
  CLUSTER_ID=- # one that begins with a dash would be taken for an option
  while [[ $CLUSTER_ID = -* ]]; do
    CLUSTER_ID=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
  done
fi
export CLUSTER_ID
exec /etc/kafka/docker/run
