"""A mistake that `diagnose` found in, a sentence for a person out, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["REASONS", "describe"]

#: Reason -> what is wrong, and what to do, with the blanks that syntax.py fills.
REASONS: Mapping[str, Mapping[str, str]] = {
    "word": {"zh": "“{found}”不是 SPARQL 的词。", "en": "“{found}” is not a word of SPARQL."},
    "prefix": {
        "zh": "前缀 {found} 没有声明；请加上 PREFIX {found} <…>，或写出完整的 IRI。",
        "en": "The prefix {found} is not declared; add PREFIX {found} <…>, or write the whole IRI.",
    },
    "wide": {
        "zh": "{found} 是全角标点，SPARQL 只认半角；请切换到英文输入法，输入 {nearest} 。",
        "en": "{found} is full-width punctuation of a Chinese keyboard; type {nearest} instead.",
    },
    "wide-space": {
        "zh": "这里有一个 SPARQL 不认的空白字符（{found}）；请改用普通空格，或删去。",
        "en": "This space ({found}) is none that SPARQL knows; type a plain one, or delete it.",
    },
    "quote": {
        "zh": "{found} 是弯引号，SPARQL 的字符串用直引号；请切换到英文输入法，输入 {nearest} 。",
        "en": "{found} is a curly quotation mark; strings stand in straight ones: type {nearest} instead.",
    },
    "escape": {
        "zh": "字符串里的 {found} 不是 SPARQL 的转义；要写反斜杠本身，请输入两个。",
        "en": "{found} is not an escape that strings know; for a backslash itself, type two.",
    },
    "unclosed": {
        "zh": "这里缺少 {nearest}：第 {opened_line} 行第 {opened_column} 列的 {opened} 没有关闭。",
        "en": "A {nearest} is missing here: the {opened} at line {opened_line}, column {opened_column} is not closed.",
    },
    "extra-bracket": {
        "zh": "这个 {found} 没有对应的开括号；请删去，或在前面补上开括号。",
        "en": "Nothing opened this {found}; delete it, or add what it should close.",
    },
    "comma": {
        "zh": "SELECT 的变量之间用空格分隔，不用逗号。",
        "en": "The variables of a SELECT stand side by side, without commas.",
    },
    "iri": {
        "zh": "这不是一个 IRI：尖括号里不能有空格、引号、花括号、竖线、反斜杠和 ^ `。",
        "en": "This is no IRI: between < and > stand no spaces, quotation marks, braces, bars, backslashes, ^ or `.",
    },
    "dot": {
        "zh": "“{found}”之前少了一个句点：三元组之间用 . 分隔（同一主语用 ;，同一谓语用 ,）。",
        "en": "A dot is missing before “{found}”: triples are separated by . (by ; with the same subject, "
        "by , with the same property too).",
    },
    "end": {"zh": "查询在这里突然结束。", "en": "The query ends here, too early."},
    "expected": {"zh": "“{found}”不能出现在这里。", "en": "“{found}” cannot stand here."},
    "ungrouped": {
        "zh": "{found} 既没有分组也没有聚合；请加入 GROUP BY，或写成 (SAMPLE({found}) AS ?…)。",
        "en": "{found} is neither grouped nor aggregated; add it to GROUP BY, or select (SAMPLE({found}) AS ?…).",
    },
    "named-twice": {
        "zh": "{found} 已经有值，AS 后面要用一个新的变量名。",
        "en": "{found} has a value already; what follows AS must be a new name.",
    },
    "row": {
        "zh": "VALUES 的这一行有 {found} 个值，而变量有 {wanted} 个；没有值的地方写 UNDEF。",
        "en": "This row of VALUES has {found} values for {wanted} variables; write UNDEF where there is none.",
    },
    "label": {
        "zh": "{found} 在另一组模式里用过：空白节点的标签只在一组里有效；请改用变量。",
        "en": "{found} stands in another group of patterns too, where it is another node; use a variable.",
    },
    "engine": {
        "zh": "查询引擎不接受这里或稍前的写法。",
        "en": "The engine cannot take what stands here or a little before.",
    },
}
_PLACE = {"zh": "第 {line} 行第 {column} 列：", "en": "Line {line}, column {column}: "}
_NEAREST = {"zh": "是不是 {nearest}？", "en": " Did you mean {nearest}?"}
_NAMES = {
    "zh": '名称写作 前缀:名称 或 <IRI>，变量以 ? 开头，文字放在直引号 " 里。',
    "en": ' A name is written prefix:name or <IRI>, a variable starts with ?, text stands in straight ".',
}
_EXPECTED = {"zh": "这里应该是：{expected}。", "en": " Expected: {expected}."}
#: What is expected, as `expected` calls it -> in Chinese.
_CALLED = {
    "IRI": "IRI 或名称",
    "variable": "变量",
    "string": "字符串",
    "number": "数字",
    "function": "函数",
    "language tag": "语言标签",
    "end": "查询结束",
}
#: How many expected things a sentence names at most; `expected` has them all.
_MOST = 12
#: Reasons whose sentence is only of use with what follows it.
_WITH_NEAREST = frozenset(["word", "prefix"])
_WITH_EXPECTED = frozenset(["end", "expected"])


def describe(details: Mapping[str, Any], language: str) -> str:
    """One line that says where, what is wrong, and what to do."""
    reason = details["reason"]
    text = (_PLACE[language] + REASONS[reason][language]).format(**details)
    if reason in _WITH_NEAREST and "nearest" in details:
        text += _NEAREST[language].format(**details)
    elif reason == "word":
        text += _NAMES[language]
    elif reason in _WITH_EXPECTED:
        names = [_CALLED.get(name, name) if language == "zh" else name for name in details["expected"]]
        listed = "  ".join(names[:_MOST]) + " …" * (len(names) > _MOST)
        text += _EXPECTED[language].format(expected=listed)
    return text
