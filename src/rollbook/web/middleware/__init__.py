"""What every request and every answer passes through; the order is in `project/web_settings.py`."""
