"""A forgotten password: a link by mail, and the same answer in the same time for a stranger."""

from collections.abc import Callable, Mapping

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.http import int_to_base36

from rollbook.access.models import User
from rollbook.notify.messages import Kind
from rollbook.notify.sign_in import link_for_new_password
from rollbook.records.database import translated
from rollbook.records.operations import audit
from rollbook.records.operations.mails import queue_sealed_mail
from rollbook.records.operations.sealed_texts import key_to_seal_with


@translated()
@transaction.atomic
def ask_for_new_password(
    address: str, *, link_of: Callable[[str], str], environ: Mapping[str, str]
) -> None:
    """Queue the mail with the link to the account's address; that it was asked for is on record.

    `link_of` makes the link of `user-token`. For an address without an account the same is done
    and taken back, so that the time of the answer does not tell whether there is one.
    """
    user = User.objects.filter(email=address, is_active=True).first()
    who = user or User(pk=0, email=address)
    link = link_of(f"{int_to_base36(who.pk)}-{default_token_generator.make_token(who)}")
    key = key_to_seal_with(environ)  # what it writes the first time must not be taken back
    with transaction.atomic():
        mail = link_for_new_password(link)
        words = (mail.subject, mail.text, mail.html)
        queue_sealed_mail(Kind.SIGN_IN_LINK, words, recipients=[address], key=key)
        transaction.set_rollback(user is None)
    audit.record("nobody", "sign_in.reset_requested", subject=address[:200])
