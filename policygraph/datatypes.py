"""The datatypes of values, one table: lexical form, description, and the Python conversion of each.

Records, spreadsheets, parameters of questions, the REST interface and notebooks all read it, so that a value which one
of them takes is taken by all.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from policygraph.messages import Message, message

__all__ = ["DATATYPES", "PARAMETER_TYPES", "Datatype", "Plain"]

#: What a literal is in Python.
Plain = str | int | float | bool | datetime.date


@dataclass(frozen=True, slots=True)
class Datatype:
    """One datatype: `pattern` is its lexical form as records write it, for ECMA 262 and Python alike (whole, ASCII).

    `about` ends a sentence “must be …”; the Chinese begins with a blank where it begins with a Latin letter.
    """

    name: str
    pattern: str
    about: Message
    read: Callable[[str], Plain] = str

    def accepts(self, text: str) -> bool:
        """Whether a text is of the lexical form."""
        return re.fullmatch(self.pattern, text, re.ASCII) is not None


_MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])"
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)"

#: Short name -> datatype. Lexical forms are those of XML Schema 1.1 part 2, narrowed to what people write in records.
DATATYPES: Mapping[str, Datatype] = {
    datatype.name: datatype
    for datatype in (
        Datatype("xsd:boolean", "true|false", message("true or false"), lambda text: text in ("true", "1")),
        Datatype(
            "xsd:date",
            _MONTH + "-(0[1-9]|[12][0-9]|3[01])",
            message("a day like 2023-02-23"),
            datetime.date.fromisoformat,
        ),
        Datatype("xsd:decimal", _DECIMAL, message("a number like 12.5"), float),
        Datatype("xsd:duration", "P([0-9]+[YMD])+", message("a duration like P1M")),
        Datatype("xsd:gYear", "[0-9]{4}", message("a year like 2025"), int),
        Datatype("xsd:gYearMonth", _MONTH, message("a month like 2022-09")),
        Datatype("xsd:integer", "[+-]?[0-9]+", message("a whole number"), int),
        Datatype("xsd:nonNegativeInteger", "[0-9]+", message("a whole number from 0"), int),
        Datatype("xsd:string", r"[\s\S]*", message("text")),
        Datatype("xsd:anyURI", r"[\s\S]*", message("an IRI or a short name such as plan:x")),
        Datatype("pg:GB2260", "[0-9]{6}", message("six digits")),
        Datatype(
            "pg:MonthInterval",
            f"{_MONTH}/{_MONTH}",
            message("two months like 2022-01/2022-09"),
        ),
    )
}
#: Type of a question's parameter, as its header writes it -> the datatype of its terms; an `iri` is no literal.
PARAMETER_TYPES: Mapping[str, Datatype] = {
    "iri": DATATYPES["xsd:anyURI"],
    "string": DATATYPES["xsd:string"],
    "year": DATATYPES["xsd:gYear"],
    "integer": DATATYPES["xsd:integer"],
    "decimal": DATATYPES["xsd:decimal"],
    "boolean": DATATYPES["xsd:boolean"],
    "date": DATATYPES["xsd:date"],
}
