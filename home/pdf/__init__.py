"""Items as PDF: the printed page, tagged for screen readers (PDF/UA-1).

WeasyPrint makes them. It needs Pango from the system; where that is missing the site has
no links to PDFs, and the page can still be printed. Each PDF is drawn by a process of
its own, within a time: what hangs there holds nobody up, and no process of ours carries it.
"""
