"""What feeds.yaml says of the network, as the policy of the one door to it."""

from aggregator.config import Settings
from aggregator.model import FetchKind
from aggregator.web.policy import BODY_LIMITS, WebPolicy, user_agent


def policy_of(settings: Settings) -> WebPolicy:
    """Return the policy that `settings` describe."""
    return WebPolicy(
        user_agent=settings.user_agent or user_agent(settings.contact),
        allowed_networks=settings.allowed_networks,
        allowed_ports=settings.allowed_ports,
        limits={
            **BODY_LIMITS,
            FetchKind.FEED: settings.feed_limit,
            FetchKind.PAGE: settings.page_limit,
            FetchKind.ROBOTS: settings.robots_limit,
        },
        deadline=settings.request_deadline,
        connect_timeout=settings.connect_timeout,
        redirect_limit=settings.redirect_limit,
        host_gap=settings.host_gap,
        requests_in_flight=settings.requests_in_flight,
        connections=settings.connections,
        proxy=settings.proxy,
    )
