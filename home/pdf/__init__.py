"""Items as PDF: the printed page, tagged for screen readers (PDF/UA-1).

WeasyPrint makes them. It needs Pango from the system; where that is missing the site has
no links to PDFs, and the page can still be printed. It is loaded when the first PDF is
asked for, so that the processes that deliver mail never carry it.
"""
