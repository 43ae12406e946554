"""Names as documents print them in, the things they mean out: areas, bodies, indicators, plans.

`Resolver` is the seam: who reads documents asks it what a name means in its `Scope`, and gets a `Decision`, the id of a
thing that there is or of a new one that is to be proposed.
"""

from policygraph.linking.decision import Candidate, Decision, Scope
from policygraph.linking.decisions import Rulings
from policygraph.linking.identifiers import new_identifier, pinyin, slug_of
from policygraph.linking.resolver import Resolver

__all__ = ["Candidate", "Decision", "Resolver", "Rulings", "Scope", "new_identifier", "pinyin", "slug_of"]
