"""The result of `explain` in, a sentence out: why a query has no result, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["REASONS", "say", "summary"]

#: Reason -> what is the matter and what to do, with the blanks that explain.py fills.
REASONS: Mapping[str, Mapping[str, str]] = {
    "unknown-property": {
        "zh": "图里没有用到属性 {name}。{nearest}",
        "en": "The graph never uses the property {name}.{nearest}",
    },
    "unused-property": {
        "zh": "属性 {name} 有定义，但图里没有用到。{nearest}",
        "en": "The property {name} is declared, and the graph never uses it.{nearest}",
    },
    "unknown-class": {
        "zh": "图里没有 {name} 这一类的事物，也没有这个类。{nearest}",
        "en": "The graph has no class {name}, and nothing of it.{nearest}",
    },
    "unused-class": {
        "zh": "类 {name} 有定义，但图里没有这一类的事物。{nearest}",
        "en": "The class {name} is declared, and the graph holds nothing of it.{nearest}",
    },
    "unknown-thing": {"zh": "图里没有 {name}。{nearest}", "en": "The graph does not know {name}.{nearest}"},
    "other-form": {
        "zh": "没有 {given}，但有写法相同的 {found}：语言标签和数据类型要一致，或用 STR() 比较。",
        "en": "There is no {given}; {found} reads the same. Language tag and datatype must agree; or compare STR().",
    },
    "same-text": {
        "zh": "{given} 到这里为止的值与 {found} 写法相同，但语言标签或数据类型不同；请让两者一致，或用 STR() 比较。",
        "en": "The values of {given} so far read as {found}, but have another language tag or datatype. Compare STR().",
    },
    "no-number": {
        "zh": "{given} 是数字，而 {variable} 的值不是：{found}。要比较，数据类型须相同。",
        "en": "{given} is a number, and the values of {variable} are not: {found}. Types must agree to be compared.",
    },
    "turned-round": {
        "zh": "{verb} 的方向反了：{text} 有解。",
        "en": "{verb} runs the other way: {text} has solutions.",
    },
    "of-other-class": {
        "zh": "到这里为止，{subject} 属于别的类：{classes}。",
        "en": "What stands for {subject} so far is of other classes: {classes}.",
    },
    "not-of-this-class": {
        "zh": "属性 {verb} 存在，但从不用在 {subject} 所属的类（{classes}）上；它用在 {used_of} 上。",
        "en": "The property {verb} exists, but never of things such as {subject} ({classes}); it is used of {used_of}.",
    },
    "other-values": {
        "zh": "{verb} 的值里没有 {given}；有的是，例如：{found}。",
        "en": "{verb} never has the value {given} here; it has, for example, {found}.",
    },
    "unbound": {
        "zh": "{variable} 在这一组模式里从来没有值，含有它的条件就不成立。{nearest}",
        "en": "{variable} never has a value in this group of patterns, so what is asked of it fails.{nearest}",
    },
    "values": {
        "zh": "{variable} 的值例如 {found}，没有一个满足条件。",
        "en": "The values of {variable} are such as {found}, and none of them passes.",
    },
    "branch": {
        "zh": "第 {number} 个分支里，“{text}”之后没有解。{why}",
        "en": "In branch {number} nothing is left after “{text}”: {why}",
    },
    "exists-leaves-none": {
        "zh": "前面的解没有一个能在 EXISTS 里找到对应的模式。",
        "en": "For none of the solutions so far does the pattern of EXISTS have one.",
    },
    "not-exists-leaves-none": {
        "zh": "前面的每一个解在 NOT EXISTS 里都有对应的模式，于是全被去掉。",
        "en": "For every solution so far the pattern of NOT EXISTS has one, so all of them are removed.",
    },
    "minus-leaves-none": {
        "zh": "MINUS 去掉了前面所有的解。",
        "en": "MINUS removes every solution so far.",
    },
    "having-leaves-none": {"zh": "没有一个分组满足 HAVING。", "en": "No group passes HAVING."},
    "offset-leaves-none": {"zh": "OFFSET 跳过了所有的解。", "en": "OFFSET skips every solution."},
    "limit-leaves-none": {"zh": "LIMIT 0 不留任何解。", "en": "LIMIT 0 leaves none."},
    "values-leaves-none": {
        "zh": "查询末尾的 VALUES 与任何一个解都不符。",
        "en": "VALUES at the end of the query fits none of the solutions.",
    },
    "no-common": {
        "zh": "{text} 单独或许有解，但没有一个与前面的解相合。",
        "en": "{text} may have solutions of its own, but none that fits those so far.",
    },
    "no-match": {"zh": "图里没有与 {text} 相符的陈述。", "en": "Nothing in the graph fits {text}."},
}
#: Reason where the role of a name is not known -> the reason whose words it has.
_SAME = {"unknown-name": "unknown-thing", "unused-name": "unknown-thing", "unused-thing": "unknown-thing"}
_NEAREST = {"zh": "最接近的是 {names}。", "en": " The nearest are {names}."}
_NEAR_VARIABLE = {"zh": "是不是 {names}？", "en": " Did you mean {names}?"}
_COMMA = {"zh": "、", "en": ", "}
_SUMMARIES: Mapping[str, Mapping[str, str]] = {
    "killer": {
        "zh": "第 {line} 行第 {column} 列的“{text}”之前有 {before} 个解，之后一个也没有。",
        "en": "Before “{text}” (line {line}, column {column}) there are {before} solutions, after it none.",
    },
    "first": {
        "zh": "第 {line} 行第 {column} 列的“{text}”没有解。",
        "en": "“{text}” (line {line}, column {column}) has no solution.",
    },
    "describe": {"zh": "要描述的事物图里都没有。", "en": "The graph knows nothing of what is to be described."},
    "one_row": {
        "zh": "没有 GROUP BY 的聚合即使没有解也给出一行：0 或空值。",
        "en": "An aggregate without GROUP BY gives one row even of nothing: a row of 0, or of no value.",
    },
    "full": {
        "zh": "这个查询有结果：每一步之后都还有解。",
        "en": "This query has a result: there are solutions after every step.",
    },
    "stopped": {
        "zh": "检查到“{text}”时超出了限度（{problem}）；在它之前每一步都还有解。",
        "en": "Looking at “{text}” took too much ({problem}); after every step before it there are solutions.",
    },
}


def say(reason: str, language: str, details: Mapping[str, Any]) -> str:
    """The sentence of a reason."""
    words = {name: _words(value, language) for name, value in details.items()}
    near = details.get("nearest", "")
    if isinstance(near, str):
        words["nearest"] = _NEAR_VARIABLE[language].format(names=near) if near else ""
    else:
        names = _COMMA[language].join(_called(each, language) for each in near)
        words["nearest"] = _NEAREST[language].format(names=names) if names else ""
    return REASONS[_SAME.get(reason, reason)][language].format(**words)


def _called(labels: Mapping[str, str], language: str) -> str:
    label = labels.get(f"label_{language}")
    return f"{labels['name']} ({label})" if label else labels["name"]


def _words(value: Any, language: str) -> str:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return _COMMA[language].join(map(str, value)) if is_list else str(value)


def summary(report: Mapping[str, Any], language: str) -> str:
    """One or two sentences about an explanation: what leaves nothing, and the first reason of it."""
    killer = report["killer"]
    if not killer:
        return (
            _SUMMARIES["stopped"][language].format(**report["stopped"])
            if "stopped" in report
            else _SUMMARIES["full"][language]
        )
    kind = "describe" if killer["kind"] == "describe" else "first" if killer["alone"] else "killer"
    most = len(killer["reasons"]) if killer["kind"] == "union" else 1
    parts = [_SUMMARIES[kind][language].format(**killer), *(reason["detail"] for reason in killer["reasons"][:most])]
    parts += [_SUMMARIES["one_row"][language]] if report["one_row"] else []
    return ("" if language == "zh" else " ").join(parts)
