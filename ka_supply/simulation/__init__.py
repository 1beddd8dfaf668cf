"""The closed loop: a demo world, and later the replay of policies in it."""
