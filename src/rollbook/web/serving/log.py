"""What the server logs of a request that broke off: kind and place, no text and no address."""

import logging


class PlaceAlone(logging.Filter):
    """Takes the words of the server from its records: they hold addresses, and texts of errors.

    Django's log does not see what fails after an answer has begun; the server's does.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = "A request couldn't be answered to its end", ()
        return True
