"""A text and a datatype in, whether the text is one of it out: as pySHACL decides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from policygraph import vocab

__all__ = ["is_well_typed"]

_XSD = vocab.PREFIXES["xsd"]
#: How datatypes begin of which rdflib knows nothing: all texts are of them.
_OURS = vocab.PREFIXES["pg"]
#: Datatype -> texts that are certainly well typed: nearly all that occur.
_PLAIN: Mapping[str, re.Pattern[str]] = {
    _XSD + name: re.compile(pattern)
    for name, pattern in {
        "boolean": "true|false",
        "date": "[12][0-9]{3}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)",
        "decimal": r"-?[0-9]{1,18}(\.[0-9]{1,30})?",
        "duration": "P[1-9][0-9]{0,3}[DMY]",
        "gYear": "[12][0-9]{3}",
        "gYearMonth": "[12][0-9]{3}-(0[1-9]|1[0-2])",
        "integer": "-?[0-9]{1,18}",
        "nonNegativeInteger": "[0-9]{1,18}",
        "positiveInteger": "[1-9][0-9]{0,17}",
    }.items()
}
#: Datatype -> the class of Python that pySHACL asks of a value of it, beyond that the value is well typed.
_VALUES: Mapping[str, type] = {
    _XSD + "boolean": bool,
    _XSD + "date": date,
    _XSD + "dateTime": datetime,
    _XSD + "decimal": Decimal,
    _XSD + "float": float,
    _XSD + "integer": int,
    _XSD + "time": time,
}


def is_well_typed(text: str, datatype: str) -> bool:
    """Whether pySHACL takes a literal with the datatype as one of it (SHACL, section 4.1.2)."""
    plain = _PLAIN.get(datatype)
    if (plain and plain.fullmatch(text)) or datatype.startswith(_OURS):
        return True
    import rdflib  # noqa: PLC0415 - slow to import, and hardly ever needed

    from policygraph.validate.terms import quietly  # noqa: PLC0415

    with quietly():
        literal = rdflib.Literal(text, datatype=rdflib.URIRef(datatype), normalize=False)
    return not literal.ill_typed and isinstance(literal.value, _VALUES.get(datatype, object))
