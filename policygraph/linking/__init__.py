"""Names as documents print them in, the things they mean out: areas, bodies, indicators, plans.

`Resolver` is the seam: who reads documents asks it what a name means in its `Scope`, and gets a `Decision`, the id of a
thing that there is or of a new one that is to be proposed. `link` says what only all documents of a project tell.
"""

from policygraph.linking.alignment import Suggestion, suggest
from policygraph.linking.corpus import Links, link, own_plans, plans_of, replaced, scope_of
from policygraph.linking.decision import Candidate, Decision, Scope
from policygraph.linking.decisions import FILE as DECISIONS
from policygraph.linking.decisions import Ruling, Rulings, as_yaml
from policygraph.linking.explanations import explain
from policygraph.linking.identifiers import new_identifier, slug_of
from policygraph.linking.plans import Plan, read_title, short_forms
from policygraph.linking.quotations import Quotation, quotations_in
from policygraph.linking.resolver import Resolver
from policygraph.linking.succession import successions
from policygraph.linking.suggested import as_quads, statements
from policygraph.paths import SUGGESTED
from policygraph.pinyin import pinyin

__all__ = [
    "DECISIONS",
    "SUGGESTED",
    "Candidate",
    "Decision",
    "Links",
    "Plan",
    "Quotation",
    "Resolver",
    "Ruling",
    "Rulings",
    "Scope",
    "Suggestion",
    "as_quads",
    "as_yaml",
    "explain",
    "link",
    "new_identifier",
    "own_plans",
    "pinyin",
    "plans_of",
    "quotations_in",
    "read_title",
    "replaced",
    "scope_of",
    "short_forms",
    "slug_of",
    "statements",
    "successions",
    "suggest",
]
