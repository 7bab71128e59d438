"""The register as JSON for programs. docs/api.md tells how to use it.

``access`` lets in, ``problems`` says no, ``shapes`` and ``texts`` say what goes in and
out, ``paging`` cuts lists, ``urls`` puts it together.
"""
