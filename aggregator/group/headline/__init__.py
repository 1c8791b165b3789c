"""The headline of a story: which of its reports says it best."""
