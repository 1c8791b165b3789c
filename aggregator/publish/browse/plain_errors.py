"""How Datasette tells of its errors: with a status and a line, whatever else is installed."""


def keep_rich_out() -> None:
    """Let Datasette not print its errors with the package `rich` where that is there.

    With it each address that is not there fails with 500, since nothing was raised that could be
    printed, and each refusal prints a hundred lines, in which the variables of all frames stand.
    """
    # Datasette is still being imported when it imports its plugins.
    from datasette import handle_exception  # noqa: PLC0415

    handle_exception.rich = None
