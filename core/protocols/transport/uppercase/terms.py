"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "datagram": "one message as a packet: it comes whole, or not at all, and nobody says which.",
    "socket": "a program's own end of the network: what it sends through and reads from.",
    "port": "a number that says to which program of a machine a message belongs.",
    "connection": "a line between two programs, on which bytes come in order, or it breaks.",
    "listen": "to be ready for callers: they wait in a queue until they are let in.",
    "accept": "to take the first caller of the queue, who gets a line of his own.",
    "queue": "where callers wait who have not been let in; when it is full others are turned away.",
    "time-out": "how long one waits before one goes on without an answer.",
    "EBADF": "what the system says of a socket that was closed before: there is no such one.",
    "POSIX": "the standard that says which calls a system offers to programs.",
    "bind": "to give a socket the port at which it can be reached.",
    "recvfrom": "the call that waits for a datagram, and says where it came from.",
    "recv": "the call that waits for bytes of a line.",
    "blocked": "a program that waits in a call, and does nothing else meanwhile.",
    "round trip": "the time for a message to go there and its answer to come back.",
}
