"""The archive package of a send, for a registry: made from the rows whenever asked for.

``parts`` says what is in it, ``archive`` packs it as it streams, ``verifying`` checks a
package without the database. The same state gives the same bytes.
"""
