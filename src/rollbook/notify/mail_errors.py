"""What can go wrong with a mail, as sentences; and whether trying again later can help."""

import smtplib
import ssl
from socket import gaierror

from rollbook.core.errors import RollbookError


class MailNotSent(RollbookError):
    """The email couldn't be sent: {why} That may pass on its own. {advice}"""

    reason = "mail_not_sent"
    is_transient = True


class MailRefused(RollbookError):
    """The email couldn't be sent: {why} {advice}"""

    reason = "mail_refused"


def mail_error(error: Exception, place: str) -> RollbookError:
    """Return what went wrong at `place` as a sentence.

    A server's own words are left out: they may be any.
    """
    code = _code(error)
    if 400 <= code < 500:
        return MailNotSent(
            why=f"{place} delayed it (code {code}).",
            advice="If that keeps happening, ask your email administrator.",
        )
    if refusal := _refusal(error, code):
        why, advice = refusal
        return MailRefused(why=f"{place} {why}.", advice=advice)
    return MailNotSent(
        why=f"{place} {_hindrance(error)}.",
        advice=(
            "If that keeps happening, check ROLLBOOK_EMAIL_URL (port 465 needs smtps://, port "
            "587 smtp://) and the firewall."
        ),
    )


def _code(error: Exception) -> int:
    """Return the server's answer, 0 without one. If it put off one recipient, that counts."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min(code for code, _ in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _refusal(error: Exception, code: int) -> tuple[str, str] | None:
    """Return why time does not heal `error`, and what to do; None where it may."""
    ask = "Ask your email administrator."
    match error:
        case smtplib.SMTPAuthenticationError():
            return "rejected the user name or the password", "Check ROLLBOOK_EMAIL_URL."
        case smtplib.SMTPRecipientsRefused():
            return "rejected every recipient", "Check the addresses under Settings."
        case smtplib.SMTPSenderRefused():
            return "rejected the sender", "Check ROLLBOOK_EMAIL_FROM."
        case ssl.SSLCertVerificationError():
            why = f"has a certificate that isn't valid ({error.verify_message})"
            return why, f"{ask} This machine must trust the authority that signed it."
        case UnicodeError():
            return "has a name that makes no sense", "Check ROLLBOOK_EMAIL_URL."
    if isinstance(error, smtplib.SMTPNotSupportedError) or type(error) is smtplib.SMTPException:
        return "has no sign-in with a password", ask
    return (f"rejected it (code {code})", ask) if code >= 500 else None


def _hindrance(error: Exception) -> str:
    match error:
        case gaierror():
            return "couldn't be reached: its name wasn't found"
        case TimeoutError():
            return "couldn't be reached or didn't answer in time"
        case ConnectionRefusedError():
            return "couldn't be reached: nothing is running there"
        case ssl.SSLError():
            return "couldn't connect with TLS"
    return f"couldn't be reached or lost the connection ({type(error).__name__})"
