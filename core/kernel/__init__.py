"""The kernel: what every protocol stands on. It knows no protocol, reads no wall clock and does no input or output."""
