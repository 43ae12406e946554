"""OpenRefine itself as the client of the reconciliation service: a column reconciled and completed over its HTTP API.

It runs where POLICYGRAPH_OPENREFINE is the address of an OpenRefine that may reach the loopback of this machine:

    openrefine -x refine.headless=true -i 127.0.0.1 -p 3333
    POLICYGRAPH_OPENREFINE=http://127.0.0.1:3333 pytest tests/server/test_openrefine.py
"""

from __future__ import annotations

import json
import os
import time
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
import serving

from policygraph import vocab

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS = os.environ.get("POLICYGRAPH_OPENREFINE", "")
pytestmark = pytest.mark.skipif(
    not _ADDRESS, reason="2026-11-30: set POLICYGRAPH_OPENREFINE to the address of a running OpenRefine"
)
LADDER = Path(__file__).with_name("ladder.trig")
MORE = "GRAPH graph:ontology { pg:AdministrativeArea a owl:Class }"
_BOUNDARY = "policygraph"
_ROWS = {"engine": json.dumps({"facets": [], "mode": "row-based"})}


class OpenRefine:
    """A project of one column in OpenRefine, removed in the end."""

    def __init__(self, column: str, cells: list[str]) -> None:
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.column = column
        options = json.dumps({"encoding": "UTF-8", "separator": ",", "headerLines": 1})
        fields = {"project-name": column, "format": "text/line-based/*sv", "options": options}
        parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
        file = 'Content-Disposition: form-data; name="project-file"; filename="a.csv"\r\nContent-Type: text/csv'
        parts.append(f"{file}\r\n\r\n" + "".join(f"{line}\n" for line in [column, *cells]))
        body = "".join(f"--{_BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{_BOUNDARY}--\r\n"
        request = Request(  # noqa: S310 - the address that was given
            self._address("create-project-from-upload", {"csrf_token": self._token()}),
            body.encode(),
            {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"},
        )
        with self._opener.open(request, timeout=60) as answer:
            self._project = parse_qs(urlsplit(answer.url).query)["project"][0]

    @staticmethod
    def _address(command: str, parameters: dict[str, str]) -> str:
        return f"{_ADDRESS}/command/core/{command}?{urlencode(parameters)}"

    def _read(self, address: str, body: bytes | None = None) -> bytes:
        with self._opener.open(address, body, timeout=60) as answer:
            return bytes(answer.read())

    def _token(self) -> str:
        return str(json.loads(self._read(self._address("get-csrf-token", {})))["token"])

    def do(self, command: str, **form: str) -> Any:
        """Has a command done, and whatever it starts."""
        where = {"project": self._project, "csrf_token": self._token()}
        answer = json.loads(self._read(self._address(command, where), urlencode(form).encode()))
        until = time.monotonic() + 60
        while time.monotonic() < until:
            work = json.loads(self._read(self._address("get-processes", {"project": self._project})))
            assert not work.get("exceptions"), work
            if not work["processes"]:
                break
            time.sleep(0.2)
        return answer

    def cells(self) -> list[tuple[str, str, str | None, list[str]]]:
        """Of each cell of the column: its text, how it was judged, the thing matched, and the candidates."""
        table = self.do("get-rows", start="0", limit="100")
        pool = table.get("pool", {}).get("recons", {})
        judged = []
        for row in table["rows"]:
            cell = row["cells"][0]
            recon = pool.get(str(cell["r"]), cell["r"])
            match = recon.get("m", {}).get("id")
            judged.append((cell["v"], recon["j"], match, [candidate["id"] for candidate in recon.get("c", [])]))
        return judged

    def csv(self) -> list[str]:
        exported = self._read(
            self._address("export-rows/a.csv", {"project": self._project, "format": "csv"}), urlencode(_ROWS).encode()
        )
        return exported.decode().splitlines()

    def remove(self) -> None:
        self._read(
            self._address("delete-project", {"csrf_token": self._token()}),
            urlencode({"project": self._project}).encode(),
        )


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """The address of the reconciliation service over a small graph."""
    serving.write_build(tmp_path / "build", LADDER.read_text(encoding="utf-8") + MORE)
    with serving.live(tmp_path / "build", workers=1) as server:
        yield f"http://127.0.0.1:{server.port}/reconcile"


@pytest.mark.parametrize(
    ("query", "exported"),
    [
        ("", ["地区,code,pg:isSubdivisionOf", "Town,1001,North", "North,10,", "镇,,", "无此地,,"]),
        ("?lang=zh", ["地区,代码,pg:isSubdivisionOf", "镇市,1001,北省", "北省,10,", "镇,,", "无此地,,"]),
    ],
)
def test_a_column_is_reconciled_and_completed(service: str, query: str, exported: list[str]) -> None:
    refine = OpenRefine("地区", ["镇市", "北省", "镇", "无此地"])
    try:
        address = service + query
        guess = refine.do("guess-types-of-column", columnName="地区", service=address)
        assert {kind["id"] for kind in guess["types"]} >= {"pg:City", "pg:Province"}
        spaces = {"identifierSpace": vocab.ID, "schemaSpace": vocab.BASE}
        config = {"mode": "standard-service", "service": address, "autoMatch": True, "columnDetails": [], "limit": 0}
        config |= {"type": {"id": "pg:AdministrativeArea", "name": "area"}, **spaces}
        refine.do("reconcile", columnName="地区", config=json.dumps(config), **_ROWS)
        town, north = f"{vocab.ID}area/town", f"{vocab.ID}area/north"
        # OpenRefine sends the class as a wish (type_strict=should): others follow behind
        others = [f"{vocab.ID}plan/town", f"{vocab.ID}t-1"]
        assert refine.cells() == [
            ("镇市", "matched", town, []),
            ("北省", "matched", north, []),
            ("镇", "none", None, [town, *others]),
            ("无此地", "none", None, []),
        ]
        columns = json.dumps({"properties": [{"id": "skos:notation"}, {"id": "pg:isSubdivisionOf"}]})
        where = {"baseColumnName": "地区", "columnInsertIndex": "1", "endpoint": address, **spaces}
        refine.do("extend-data", extension=columns, **where, **_ROWS)
        assert refine.csv() == exported
    finally:
        refine.remove()
