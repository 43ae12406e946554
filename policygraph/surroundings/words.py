"""The words that say what a thing is, by concept: hedges, kinds of values, roles. Tables only."""

from __future__ import annotations

import re

__all__ = [
    "ADDED",
    "DECISIVE_ROLES",
    "HEDGES",
    "KINDS",
    "RANK",
    "REACHED",
    "ROLES",
    "STATED_HEDGE",
    "WITHOUT_PERCENT",
]

#: Hedge -> the words of which its sentence has one.
HEDGES = {
    "strive": re.compile("力争|争取|努力|力求|奋力|全力|争创|争当"),
    "expect": re.compile("预计|预期|有望|预"),
    "plan": re.compile("计划|拟|打算|将"),
    "seek": re.compile("谋求|寻求|争取|争创|探索|力"),
    "basically": re.compile("基本|大体|总体"),
}
#: A hedge that governs the value behind it in its clause; 努力, 预计 and 有望 do only at its head, or behind a year.
STATED_HEDGE = re.compile(
    r"(力争|力求|(?<=^)(?:努力|预计|有望)|(?<=年)(?:努力|预计|有望)|(?<=年[底末])(?:努力|预计|有望))"
)

#: Kind of value -> the words of which its sentence has one.
KINDS = {
    "average-annual-growth": re.compile("年均"),
    "cumulative": re.compile("累计|共|总"),
    "growth-rate": re.compile("增(?!加值)|涨|升|高|快|速|幅|扩大|改善|翻"),
    "multiple": re.compile("倍|番"),
    "multiple-increase": re.compile("倍|番"),
    "per-capita": re.compile("人均|每|千人|万人|户均"),
    "per-year": re.compile("年|每"),
    "percentage-point-change": re.compile("点"),
    "rank": re.compile("第|位|强|首|前|列|一流|领先"),
    "reduction-rate": re.compile("降|减|压|缩|少|改善"),
}
#: Kinds of values that are neither a percentage, which is a share or a change, nor a place in an order.
WITHOUT_PERCENT = frozenset({"level", "increment", "cumulative", "per-capita", "per-year"})
#: What stands right before a value that is reached in the end, and is not added.
REACHED = re.compile("(?:达到|达|突破|超过|稳定在|保持在)$")
#: What says of such a value that it is added all the same.
ADDED = re.compile("(?<!高)新|增|累计|建|改造|培")
#: A printed value that is a place in an order.
RANK = re.compile("^(?:第[0-9一二三四五六七八九十百]+(?:位|名|$)|[^0-9]{0,4}前[0-9一二三四五六七八九十百]+[位名强]?$)")

#: Role -> the words of which its printed role or its evidence has one; of the others nothing is asked.
ROLES = {
    "lead": re.compile("牵头|会同|主办|主责|主体|带头|领衔|率领|为主|责任(?:单位|部门)"),
    "cooperating": re.compile("配合|协|支持|合作|参与|会同|联合|[及等](?:有关|相关)?(?:单位|部门)|责任(?:单位|部门)"),
    "supervising": re.compile("监督|监管|督|巡|检查|审计|监察|监测"),
    "coordinating": re.compile("统筹|协调|总揽|指导|调度|分解|组织|谋划|统一|领导"),
    "hosting": re.compile("设在|设于|设立|承办|挂靠|主办|举办|依托"),
    "reporting": re.compile("报|通报|汇报"),
    "participating": re.compile("参与|参加|成员|作用|积极|主动|建言|冲锋|优势|力量|动员|共同"),
    "drafting": re.compile("制定|制订|编制|起草|拟|修订|草|出台"),
    "evaluating": re.compile("考核|评|测评|验收|认定"),
    "beneficiary": re.compile("支持|给予|奖|补|享|帮|资助|惠|扶|免|优先|发放|提供|保障|救助"),
}
#: Role -> the words of a printed role that say it where that is neither implementing nor responsible.
DECISIVE_ROLES = {
    "lead": re.compile("牵头"),
    "cooperating": re.compile("^配合|配合单位"),
    "supervising": re.compile("监督|督导|督查|巡察"),
    "hosting": re.compile("设在"),
    "evaluating": re.compile("考核|考评"),
}
