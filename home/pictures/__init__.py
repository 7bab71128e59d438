"""Pictures under /media/: whom each may be shown, and which a file server may hand out.

``judging`` says who may see a picture · ``layout`` lays those that everybody may see in
the folder of the file server, and takes them out again · ``watching`` notices when that
must be · ``views`` answers for whatever does not lie there.

docs/decisions/0008-pictures.md says why it is made this way.
"""
