"""The command line: one command, one file, one function; errors become exit codes here and nowhere else."""

from __future__ import annotations

import os
import sys

import click

from nlpsuite import __version__
from nlpsuite.cli.lazy import LazyGroup
from nlpsuite.errors import NlpsuiteError

COMMANDS = {
    "run": ("nlpsuite.cli.run:run", "Score texts, files or folders with an application."),
    "batch": ("nlpsuite.cli.batch:batch", "Score folders of documents, of any size, interrupted at any time."),
    "serve": ("nlpsuite.cli.serve:serve", "Serve applications over HTTP, with a page to try them on."),
    "keys": ("nlpsuite.cli.keys:keys", "Create, list and revoke API keys of the server."),
    "train": ("nlpsuite.cli.train:train", "Train an application on your own labelled data."),
    "evaluate": ("nlpsuite.cli.evaluate:evaluate", "Measure an application on labelled data."),
    "apps": ("nlpsuite.cli.apps:apps", "List the applications."),
    "models": ("nlpsuite.cli.models:models", "List, check and export models."),
    "plugins": ("nlpsuite.cli.plugins:plugins", "List, check, enable and disable plugins."),
    "bench": ("nlpsuite.cli.bench:bench", "Measure how fast an application is here, beside its peers."),
    "segment": ("nlpsuite.cli.segment:segment", "Show a text's sentences and words."),
    "completion": (
        "nlpsuite.cli.completion:completion",
        "Print the script that completes commands in a shell.",
    ),
}
"""By name: the target, and the line that `--help` shows without importing it."""


def _application_group(name: str) -> click.Command | None:
    from nlpsuite.cli.application import application_group

    return application_group(name)


@click.group(
    cls=LazyGroup,
    targets={name: target for name, (target, _) in COMMANDS.items()},
    help_lines={name: line for name, (_, line) in COMMANDS.items()},
    fallback=_application_group,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="nlpsuite")
def cli() -> None:
    """Multilingual text applications, each with its own BERT head."""


def main() -> None:
    """Run the command line and leave with its exit code.

    A user's error is one sentence on stderr and the error's exit code; a bug keeps its traceback.
    """
    try:
        code = cli(prog_name="nlpsuite", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except NlpsuiteError as error:
        click.secho(f"nlpsuite: {error}", fg="red", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("nlpsuite: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has left, as `head` does; the interpreter's last flush must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
