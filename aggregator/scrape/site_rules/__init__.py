"""What people know about the pages of a site, as data: where its text, title and date stand.

rule.yaml ──load──▶ Rule ──follow──▶ what it took from a page (notation, select: its selectors)
tests/    ──trial─▶ what differs
"""
