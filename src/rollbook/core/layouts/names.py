"""What layouts and vendors may be called."""

import re
from typing import Final

OWN_NAME: Final = re.compile(r"(?=.{5,60}\Z)own-[a-z0-9]+(?:-[a-z0-9]+)*")
"""No built-in layout begins so: a later version's never has the name of a district's own."""

VENDOR: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
