"""The only door to the network: which addresses, how many bytes, how long, how often."""
