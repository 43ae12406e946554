"""A SPARQL text in, its tokens by kind out, without its grammar: comments, IRIs, strings, words and punctuation.

The scanner takes any text in time linear to its length, whether or not it is SPARQL, and errs on the side of seeing
syntax: the service's gate decides on its tokens before any parser sees a stranger's query. The exact terminals of the
grammar (SPARQL 1.1 Query, section 19.8) stand in `policygraph.grammar`, which takes strings and IRIs from here.
"""

from __future__ import annotations

import re

__all__ = ["COMMENT", "IRI", "SPACE", "STRING_LONG", "TOKEN", "UNNAMED"]

COMMENT = r"\#[^\n\r]*+"
IRI = r"""<[^<>"{}|^`\x00-\x20]*+>"""
# No possessive repeat stands around a choice: Python before 3.11.5 reads such a one wrongly (gh-106052). The repeats
# are unrolled instead, so that there is one way to read a text and nothing to go back to.
STRING_LONG = r"""
        "{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"{3} | '{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3}"""
#: What holds no syntax, and what was opened and never closed.
_OPAQUE = rf"""
    (?P<iri>{IRI})
  | (?P<string>{STRING_LONG}
      | "(?!"")[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*" | '(?!'')[^'\\\n\r]*(?:\\[^\n\r][^'\\\n\r]*)*')
  | (?P<open>["'])
  | (?P<pair>\\.)"""
TOKEN = re.compile(
    rf"""(?P<comment>{COMMENT}) | {_OPAQUE}
  | (?P<variable>[?$]\w++)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*)
  | (?P<word>[^\W\d_][\w.-]*+)(?P<local>:[\w.:%·-]*(?:\\.[\w.:%·-]*)*)?
  | (?P<blank>_?:[\w.:%·-]*(?:\\.[\w.:%·-]*)*)
  | (?P<opener>[{{(\[])
  | (?P<closer>[}})\]])
  | (?P<separator>;)
  | (?P<operator>[-+*/|^!&=<>])""",
    re.VERBOSE | re.DOTALL,
)
#: The same without groups: `findall` gives the texts of all tokens in half the time. The kind of each can be told from
#: its text alone: no alternative looks beyond what it takes.
UNNAMED = re.compile(re.sub(r"\(\?P<\w+>", "(?:", TOKEN.pattern), TOKEN.flags)
#: Comments and white space other than a single blank, beside what holds no syntax.
SPACE = re.compile(rf"(?P<comment>{COMMENT})|(?P<space>\ \s++|[^\S\ ]\s*+)|{_OPAQUE}", re.VERBOSE | re.DOTALL)
