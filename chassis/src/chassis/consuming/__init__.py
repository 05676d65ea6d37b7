"""Hearing facts with an effect that happens once, whatever dies in between."""

from chassis.consuming.consumer import Consumer
from chassis.consuming.subscription import AnySubscription, BatchSubscription, Heard, Subscription

__all__ = ["AnySubscription", "BatchSubscription", "Consumer", "Heard", "Subscription"]
