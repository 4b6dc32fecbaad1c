"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "stamp": "a logical time and a name, as in 12.SF; of two equal times the earlier name in the alphabet goes first.",
    "UPDATE": "a letter that tells everybody what is to be done to the account.",
    "head": "the card with the smallest stamp of those that are not applied yet.",
    "replica": "one of several equal books of one account; each applies every update.",
    "queue": "cards that wait, sorted by their stamps, the smallest first.",
    "acknowledgement": "says that somebody holds an update, and that nothing older comes from him any more.",
    "lamp": "somebody has acknowledged this card: he holds it, too.",
    "strike": "to ask somebody no more, all together; his cards that anybody holds are kept.",
    "POST": "words for everybody's wall, with a vector.",
    "vector": "a number for every member: how many of his posts hung on the author's wall when this was written.",
    "NOTE": "words for everybody's wall, with the names of those after which they hang.",
    "SHOWN": "this note hangs on the wall from now on.",
    "shelf": "where posts lie that have come and do not hang yet.",
}
