"""The command line: one command for each act, each a few lines over the library; this is their list."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from policygraph import __version__
from policygraph.cli.failures import default_language
from policygraph.cli.lazy import LazyCommand, LazyGroup
from policygraph.messages import languages, message

__all__ = ["COMMANDS", "main"]

#: Every command: where it stands, and the first sentence of its help. `--help` imports none of them.
COMMANDS = {
    "align": LazyCommand(
        "policygraph.cli.linking",
        "align_command",
        "Suggest what answers to what in the plans A and B: the same indicator, the same or like wording.",
    ),
    "analyse": LazyCommand(
        "policygraph.cli.outgoing",
        "analyse_command",
        "Analyse the plans of the last build as graphs: shape, coverage, what is central, overlap, cycles.",
    ),
    "ask": LazyCommand(
        "policygraph.cli.graph",
        "ask_command",
        "Answer a competency query from the last build; without a name, list them.",
    ),
    "build": LazyCommand(
        "policygraph.cli.graph",
        "build_command",
        "Build and validate the graph, write it to the output folder and print a summary.",
    ),
    "check": LazyCommand(
        "policygraph.cli.graph", "check_command", "Check records, evidence, shapes and hygiene, and write no build."
    ),
    "cite": LazyCommand(
        "policygraph.cli.graph",
        "cite_command",
        "Print the evidence fragment of a QUOTATION in a SOURCE, a registered slug or a text file.",
    ),
    "coverage": LazyCommand(
        "policygraph.cli.graph",
        "coverage_command",
        "Show what of a SOURCE (a registered slug) is evidence, and which figures are evidence for nothing.",
    ),
    "diff": LazyCommand(
        "policygraph.cli.outgoing",
        "diff_command",
        "Show in what the graphs FIRST and SECOND differ: builds, RDF files, or two plans of the last build.",
    ),
    "draw": LazyCommand(
        "policygraph.cli.outgoing",
        "draw_command",
        "Draw the hierarchy of a PLAN of the last build, or of a part of one, as a picture.",
    ),
    "evaluate": LazyCommand(
        "policygraph.cli.incoming",
        "evaluate_command",
        "Measure a DRAFT against a record of the same text: precision, recall and F1 for each class.",
    ),
    "export": LazyCommand(
        "policygraph.cli.outgoing",
        "export_command",
        "Write the last build, or a part of it, for other tools; without a NAME, list the exports.",
    ),
    "extract": LazyCommand(
        "policygraph.cli.incoming",
        "extract_command",
        "Read the TEXT of a policy document by machine and write a draft of its record.",
    ),
    "import": LazyCommand(
        "policygraph.cli.incoming", "import_command", "Take what was edited elsewhere back into the records."
    ),
    "init": LazyCommand(
        "policygraph.cli.project",
        "init_command",
        "Make a project in FOLDER: a policygraph.toml, empty registries, and settings for editors.",
    ),
    "link": LazyCommand(
        "policygraph.cli.linking",
        "link_command",
        "Join the documents of the project: names that mean one thing get one id, plans that are cited are found.",
    ),
    "mcp": LazyCommand(
        "policygraph.cli.service",
        "mcp_command",
        "Serve the last build to assistants over the Model Context Protocol, read-only.",
    ),
    "phrase": LazyCommand(
        "policygraph.cli.phrase",
        "phrase_command",
        "Say which texts print WORDS, who first and who later, and which passages they share.",
    ),
    "review": LazyCommand(
        "policygraph.cli.incoming",
        "review_command",
        "Walk over what waits for review in a DRAFT: accept, correct, reject; and translate its labels.",
    ),
    "schema": LazyCommand(
        "policygraph.cli.project",
        "schema_command",
        "Print the JSON Schema of records, for editors that complete and check while one types.",
    ),
    "serve": LazyCommand(
        "policygraph.cli.service",
        "serve_command",
        "Serve the last build as a SPARQL endpoint, until told to stop.",
    ),
    "site": LazyCommand(
        "policygraph.cli.service",
        "site_command",
        "Write the pages of the last build as files that need no service: for a disk, or any host.",
    ),
    "show": LazyCommand("policygraph.cli.graph", "show_command", "Show a THING of the last build as a tree."),
    "token": LazyCommand(
        "policygraph.cli.service",
        "token_command",
        "Make a token that lets NAME write to the service, and the entry for its configuration.",
    ),
}
#: Commands that tell what is wrong with the project's file beside all else; the others stop at it.
_CHECKING = frozenset({"build", "check"})
#: That a data folder is not read.
_UNREAD = message(
    "{data} is not read: there is no policygraph.toml here or above, and the graph that is shipped is used. Run "
    "`policygraph init {folder}` to make a project of this folder."
)


@click.group(cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--language",
    type=click.Choice(languages()),
    default=default_language,
    is_eager=True,
    help="Of labels and messages.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="The project's folder; else the nearest with a policygraph.toml, upward from here.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print results and what is wrong, and nothing else.")
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context, language: str, root: Path | None, *, quiet: bool) -> None:
    """Policy documents as a knowledge graph: build it, check it, ask it, look at it."""
    # after parsing, so that --help and --version import none of it
    from policygraph import paths  # noqa: PLC0415
    from policygraph.cli.terminal import Terminal  # noqa: PLC0415
    from policygraph.findings import Severity  # noqa: PLC0415

    terminal = Terminal(language, is_quiet=quiet)
    if context.invoked_subcommand == "init":
        context.obj = (root, terminal)
        return
    folders = paths.find(root)
    context.obj = (folders, terminal)
    is_faulty = any(finding.severity is Severity.VIOLATION for finding in folders.findings)
    if is_faulty and context.invoked_subcommand not in _CHECKING:
        terminal.findings(folders.findings)
        sys.exit(1)
    if root is None and (data := paths.unread(folders)):
        terminal.note(_UNREAD.format(data=data, folder=data.parent))
