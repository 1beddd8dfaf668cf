"""Typed objects and the rules of the trade; no input, no output, no drawing."""
