"""The errors of both packages, as a tree: what callers may catch, and from where each is raised.

```text
PolicygraphError                     whatever stops an act; the message says what and what to do
├── SpokenError                      told in each language
│   ├── ProjectError                 project          a policygraph.toml that cannot be used
│   ├── IntakeError                  extract.files    a file of which no text can be had
│   ├── BatchError                   extract.batch    a folder of texts that cannot be drafted
│   └── ReviewError                  extract.review   a draft that cannot be reviewed
├── BombError, EncodingError, MarkupError, PasswordError, ScanError   extract.files   why there is no text
├── ExtractError                     extract          a text that gives no draft
├── ClusterError                     extract.cluster  a scheduler that does not answer
├── GoldError                        extract.gold     a gold file that cannot be read
├── EvaluationError                  extract.evaluate a draft and a gold record that cannot be compared
├── QuantityError                    quantity         words that are no quantity
├── QueryError                       queries          a query file, or a value of a parameter
├── UnknownThingError                things           a name that the graph does not know
├── UnclearNameError                 queries          a name that fits nothing, or several things
├── YamlError                        records.yaml     a record that is no YAML
├── UnreadableError                  store            RDF that cannot be read
├── UnknownAxiomError                infer            an axiom that has no rule
├── UnknownConstructError            validate         a construct of SHACL that is not compiled
├── DamagedError                     manifest         a build whose files are not as they were written
├── BuildError                       build            a build that is not there or not whole
│   └── MovedError                   build            one that was replaced meanwhile
├── DiffError                        diff             two graphs that cannot be compared
├── ExportError                      export           an export that is not there or has nothing to say
│   └── MissingLibraryError          export           one that needs an optional library
├── UnsayableError                   formats          content that XML cannot hold
├── DrawError                        draw             a picture that cannot be drawn
│   └── RendererError                draw.png         no program here that renders it
├── SheetError                       importing.sheets a table that cannot be read
├── StratmlError                     formats.stratml  a file that is no StratML
├── ServiceError                     server           a service that cannot start
├── RefusalError                     server.assistants  what an assistant asks for and does not get
├── RequestError                     server           a request that has no answer: `kind` is a row of web.problems
├── JobError                         server           the same, said by a worker
├── AddressError                     server.workers   a host at an address that may not be connected to
└── MistakeError                     server.syntax    a text that is no SPARQL: the first token that does not fit
```

The command line prints the message and ends with `exit_status`; HTTP answers a RequestError by the table `PROBLEMS` of
`server.web.problems`. Each class is also one of Python's own (ValueError, LookupError…), where that says more.
"""

from __future__ import annotations

from collections.abc import Mapping

from policygraph.messages import SOURCE, text_in

__all__ = ["EXIT_STATUS", "PolicygraphError", "SpokenError", "exit_status"]

#: Class of error, by name -> exit status of a command; the nearest in the tree counts. 2: what was typed is wrong.
EXIT_STATUS: Mapping[str, int] = {
    "PolicygraphError": 1,
    "DiffError": 2,
    "OSError": 1,
    "UnclearNameError": 2,
    "UnknownThingError": 2,
}


class PolicygraphError(Exception):
    """Whatever stops an act; `str` is the message in English, a whole sentence for people."""

    def message(self, language: str) -> str:  # noqa: ARG002 - most errors speak one language
        """The message in a language; English where there is no other."""
        return str(self)


class SpokenError(PolicygraphError, ValueError):
    """An error told in each language: language -> text."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.texts = texts

    def __str__(self) -> str:
        return self.message(SOURCE)

    def message(self, language: str) -> str:
        return text_in(self.texts, language)


def exit_status(error: BaseException) -> int:
    """The exit status of a command that an error ended."""
    return next((EXIT_STATUS[cls.__name__] for cls in type(error).__mro__ if cls.__name__ in EXIT_STATUS), 1)
