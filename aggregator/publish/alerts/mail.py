"""A bulletin as a mail (RFC 5322): the same bytes whenever it is sent again."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from aggregator.publish.alerts.bulletin import Bulletin, BulletinKind, stable_key
from aggregator.publish.alerts.wording import as_page, as_text, title_of
from aggregator.text.clean import plain_line
from aggregator.text.times import from_text

_SUBJECT_LIMIT = 200


def mail_of(
    bulletin: Bulletin, *, sender: str, recipients: Sequence[str], title: str, installation: str
) -> EmailMessage:
    """Return the mail: plain text with HTML beside it.

    Its Message-ID is the key of the bulletin, so that a mail which comes twice is one; mails about
    one story are one thread. `title` is that of the pages, `installation` names the database.
    """
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(plain_line(title, limit=100), addr_spec=sender)
    mail["To"] = tuple(Address(addr_spec=recipient) for recipient in recipients)
    mail["Subject"] = _subject(bulletin)
    mail["Date"] = format_datetime(from_text(bulletin.made_at))
    mail["Message-ID"] = f"<{bulletin.key}@{domain}>"
    if bulletin.kind is BulletinKind.ALERT:
        thread = stable_key(installation, bulletin.stories[0].id)
        mail["References"] = f"<story.{thread}@{domain}>"
    # RFC 2919: the name for people, then one that never changes while the alert has its name.
    label = stable_key(installation, bulletin.name)[:16]
    mail["List-Id"] = f"<{label}.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(as_text(bulletin), cte="quoted-printable")
    mail.add_alternative(as_page(bulletin), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"={bulletin.key}=")
    return mail


def _subject(bulletin: Bulletin) -> str:
    line = plain_line(f"[{bulletin.name}] {title_of(bulletin)}", limit=_SUBJECT_LIMIT)
    # The library would decode what a stranger has encoded (RFC 2047), line breaks included.
    return line.replace("=?", "= ?")
