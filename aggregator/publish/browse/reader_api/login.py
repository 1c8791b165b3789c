"""Who may read: everybody, unless a password is set. No account is kept, so any name will do.

What a login gives is made from the password alone. So it lasts until the password changes, and
nothing has to be remembered.
"""

import hashlib
import hmac
import json
from typing import Final

_PURPOSE: Final = b"conflict-news reader api"
_SCHEME: Final = "googlelogin"


def authorization_of(password: str) -> str:
    """Return what a client that knows the password shows with each request."""
    return hmac.new(password.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def is_password(password: str | None, given: str) -> bool:
    """Tell whether the password is right, in a time that says nothing about it."""
    return is_authorized(password, f"GoogleLogin auth={authorization_of(given)}")


def is_authorized(password: str | None, header: str) -> bool:
    """Tell whether a header `Authorization` shows that the password is known, or none is set."""
    if password is None:
        return True
    scheme, _, given = header.partition(" ")
    name, _, shown = given.strip().partition("=")
    expected = authorization_of(password)
    matches = hmac.compare_digest(expected.encode(), shown.strip().strip('"').encode())
    return matches and scheme.lower() == _SCHEME and name.strip() == "auth"


def login_answer(authorization: str, *, as_json: bool) -> str:
    """Return what ClientLogin answers; readers look for Auth, some of them for the others too."""
    told = {"SID": authorization, "LSID": "null", "Auth": authorization}
    if as_json:
        return json.dumps(told)
    return "".join(f"{name}={value}\n" for name, value in told.items())
