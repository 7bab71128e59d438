"""The register as files: what is in each row, and how it is written as it streams.

``contacts`` and ``organisations`` make the rows; ``text_files``, ``workbooks`` and
``cards`` write them as they come, so that a million take no more memory than ten.
"""
