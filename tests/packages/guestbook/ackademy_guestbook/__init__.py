"""A room, its picture and a course, for Ackademy: what a package of one's own looks like."""
