"""What every service stands on: event store, relay, consumer, timers, projections, doors."""
