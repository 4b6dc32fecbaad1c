"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "HTTP": "how a browser asks for pages, and how a server answers.",
    "GET": "a request for a page.",
    "HEAD": "a request for what stands above a page, without the page.",
    "POST": "a request that brings something.",
    "header": "the lines above a page that say what it is.",
    "Content-Length": "how many bytes of the page follow the header.",
    "chunked": "the page comes in pieces, each with its length before it.",
    "GMT": "the time of day at Greenwich, by which all dates of HTTP go.",
    "UTF-8": "how letters become bytes: the plain ones one each, others two to four.",
    "cache": "copies of pages, kept near the reader.",
    "round trip": "the time for a message to go there and its answer to come back.",
    "If-None-Match": "a condition: send the page only if its mark is none of these.",
    "If-Modified-Since": "a condition: send the page only if it was changed after this date.",
    "max-age": "for how many seconds a copy may be used without asking.",
    "queue": "a row in which each waits until those before it are done.",
}
