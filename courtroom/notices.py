"""The sender of notices, as the settings want it."""

from __future__ import annotations

import structlog

from courtroom.errors import Mistake
from courtroom.settings import Settings
from hearings.notices.delivery import Delivery
from hearings.notices.mail import MailDelivery, Server
from hearings.notices.notice import Channel
from hearings.notices.outbox import Outbox
from hearings.notices.sender import Sender
from hearings.notices.sms import HttpSms, SmsDelivery
from hearings.notices.texts import Texts
from signaling.problems import unexpected

log = structlog.get_logger()


def sender(outbox: Outbox, settings: Settings) -> Sender:
    """With the channels that are set up. Raises Mistake."""
    link, smtp, sms = settings.http.public_url, settings.notices.smtp, settings.notices.sms
    texts = Texts(link)
    deliveries: dict[Channel, Delivery] = {}
    if smtp.host:
        server = Server(
            smtp.host, smtp.port, smtp.sender, smtp.security, smtp.username, smtp.password, str(smtp.ca or "")
        )
        try:
            deliveries["email"] = MailDelivery(server, texts, link, outbox.content)
        except OSError:
            raise Mistake(f"{smtp.ca}, notices.smtp.ca, cannot be read as certificates") from None
    if sms.url:
        provider = HttpSms(sms.url, sms.token, sms.to_field, sms.text_field, sms.reference_field, sms.extra)
        deliveries["sms"] = SmsDelivery(provider, texts)
    return Sender(outbox, deliveries, unexpected, note=log.warning)
