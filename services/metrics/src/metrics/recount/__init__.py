"""Numbers about people once more, from what was heard, slowly and by a way of its own.

It is written from docs/kpis.md and shares no code with the domain or the projections (a rule of
imports holds it): where both come to the same, neither is believed alone.
"""
