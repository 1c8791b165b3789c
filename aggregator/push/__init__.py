"""WebSub at the edge: the callback that hubs reach, and the desk that keeps the subscriptions."""

from aggregator.push.desk import PushDesk

__all__ = ["PushDesk"]
