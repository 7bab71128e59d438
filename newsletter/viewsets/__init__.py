"""The newsletter's part of the admin: items, sends, newsletters and recipients."""
