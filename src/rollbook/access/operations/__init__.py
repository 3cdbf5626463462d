"""Every change to who may come in, with its audit event in the same transaction."""

from rollbook.access.operations.links import (
    INVITATION_VALID_FOR,
    LINK_VALID_FOR,
    LinkUsed,
    address_of_link,
    make_first_link,
    make_link,
    redeem_link,
    role_of_link,
    withdraw_link,
)
from rollbook.access.operations.people import (
    activate,
    add_person,
    change_role,
    change_schools,
    deactivate,
    has_administrator,
    remove_second_factors,
    reset_sign_in,
)
from rollbook.access.operations.schools import chosen_schools
from rollbook.access.operations.tokens import make_token, revoke_token

__all__ = [
    "INVITATION_VALID_FOR",
    "LINK_VALID_FOR",
    "LinkUsed",
    "activate",
    "add_person",
    "address_of_link",
    "change_role",
    "change_schools",
    "chosen_schools",
    "deactivate",
    "has_administrator",
    "make_first_link",
    "make_link",
    "make_token",
    "redeem_link",
    "remove_second_factors",
    "reset_sign_in",
    "revoke_token",
    "role_of_link",
    "withdraw_link",
]
