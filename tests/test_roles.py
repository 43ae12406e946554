"""Who answers, each form on a short text of its own: part, unit, role; open sets; rules that a text states once."""

from __future__ import annotations

import pytest

from policygraph.extract.actors.roles import read_roles
from policygraph.extract.structure.parser import read_outline


def _roles(text: str) -> list[str]:
    """A line for each assignment: the parts, the name as printed, its role; * behind an open set."""
    return [
        " ".join(
            (
                ",".join(part.label[:4] or "whole" for part in (one.part, *one.others)),
                one.agent.name + "*" * one.agent.open_ended,
                one.role,
            )
        )
        for one in read_roles(text, read_outline(text))
    ]


ROLES = {
    "units before the comma lead, from here on": (
        "一、措施\n1.办好书展。每年一次。（责任单位：市文旅局，市交通局；逗号前为牵头单位，下同）\n"
        "2.建设书屋。每村一处。（责任单位：市文旅局、市教育局，市公安局）\n",
        [
            "办好书展 市文旅局 lead",
            "办好书展 市交通局 responsible",
            "建设书屋 市文旅局 lead",
            "建设书屋 市教育局 lead",
            "建设书屋 市公安局 responsible",
        ],
    ),
    "the first unit leads, from here on": (
        "一、措施\n1.办好书展。每年一次。（责任单位：市文旅局、市交通局。列第一位的为牵头单位，下同）\n"
        "2.建设书屋。每村一处。（责任单位：市教育局、市公安局）\n",
        [
            "办好书展 市文旅局 lead",
            "办好书展 市交通局 responsible",
            "建设书屋 市教育局 lead",
            "建设书屋 市公安局 responsible",
        ],
    ),
    "the first unit leads in its own list only": (
        "一、措施\n1.办好书展。每年一次。（责任单位：市文旅局、市交通局，列第一位的为牵头单位）\n"
        "2.建设书屋。每村一处。（责任单位：市教育局、市公安局）\n",
        [
            "办好书展 市文旅局 lead",
            "办好书展 市交通局 responsible",
            "建设书屋 市教育局 responsible",
            "建设书屋 市公安局 responsible",
        ],
    ),
    "what all later items have": (
        "一、措施\n1.办好书展。每年一次。[责任单位：市文旅局。以下均需各区政府落实，不再列出]\n"
        "2.建设书屋。每村一处。（责任单位：市教育局）\n3.培训馆员。分批进行。（责任单位：市人社局）\n",
        [
            "办好书展 市文旅局 responsible",
            "建设书屋 市教育局 responsible",
            "培训馆员 市人社局 responsible",
            "建设书屋,培训馆员 各区政府* responsible",
        ],
    ),
    "brackets of every kind inside a list": (
        "1.办好书展。每年一次。（责任单位：各区人民政府〈含开发区、临港新区，下同〉，市委改革办〔市营商环境建设局〕、市文旅局）\n",
        [
            "办好书展 各区人民政府〈含开发区、临港新区，下同〉* responsible",
            "办好书展 市委改革办〔市营商环境建设局〕 responsible",
            "办好书展 市文旅局 responsible",
        ],
    ),
    "names with separators of their own": (
        "1.办好书展。每年一次。（责任单位：各有关区、县级市，各区〔县、市〕政府、开发园区管委会）\n",
        [
            "办好书展 各有关区、县级市* responsible",
            "办好书展 各区〔县、市〕政府* responsible",
            "办好书展 开发园区管委会 responsible",
        ],
    ),
    "and others": (
        "1.办好书展。每年一次。（责任单位：市财政局等相关部门）\n2.建设书屋。每村一处。（责任单位：市教育局、市公安局等部门）\n",
        [
            "办好书展 市财政局 responsible",
            "办好书展 相关部门* responsible",
            "建设书屋 市教育局 responsible",
            "建设书屋 市公安局 responsible",
            "建设书屋 等部门* responsible",
        ],
    ),
    "a label of duty that names no units": (
        "1.办好书展。主体责任：落实企业安全生产主体责任，加强检查。\n2.建设书屋。压实责任：层层传导压力。\n",
        [],
    ),
    "verbs behind units in a bracket, a list going on over commas": (
        "1.办好书展。每年一次。（省文旅厅牵头负责，省教育厅、财政厅，各地级以上市人民政府配合）\n",
        [
            "办好书展 省文旅厅 lead",
            "办好书展 省教育厅 cooperating",
            "办好书展 财政厅 cooperating",
            "办好书展 各地级以上市人民政府* cooperating",
        ],
    ),
    "sentences with 由": (
        "1.办好书展。由市文旅局牵头，会同市财政局、市教育局制定方案。\n2.建设书屋。由市教育局会同市公安局组织实施。\n"
        "3.培训馆员。由市人社局牵头，市文旅局配合。\n",
        [
            "办好书展 市文旅局 lead",
            "办好书展 市财政局 cooperating",
            "办好书展 市教育局 cooperating",
            "建设书屋 市教育局 lead",
            "建设书屋 市公安局 cooperating",
            "培训馆员 市人社局 lead",
            "培训馆员 市文旅局 cooperating",
        ],
    ),
    "labels as sentences": (
        "1.办好书展。牵头单位为市文旅局，市财政局为配合单位。\n2.建设书屋。以市教育局为牵头单位，分期推进。\n",
        ["办好书展 市文旅局 lead", "办好书展 市财政局 cooperating", "建设书屋 市教育局 lead"],
    ),
}


@pytest.mark.parametrize(("text", "roles"), ROLES.values(), ids=ROLES)
def test_roles_are_those_that_the_text_gives(text: str, roles: list[str]) -> None:
    assert _roles(text) == roles
