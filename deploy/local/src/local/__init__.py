"""The whole system on one machine: real PostgreSQL, real Kafka, the services."""
