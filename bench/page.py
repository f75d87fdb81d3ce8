"""Pages: what a page of the portal costs beside the API's own answer to the same document: `python -m bench.page`.

Four servers take turns, each asked for what an anonymous visitor's home needs: the page and the document where nothing is
kept, the page where answers and pages are kept, and the same bytes again and again. It fills the quick form's tenant if
it has to.
"""
