"""The documents say what is true: generated parts are compared, named things must exist."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from email.message import Message
from pathlib import Path
from typing import cast

import pytest

from aggregator import config
from aggregator.cli.commands import cli
from aggregator.cli.reference import reference as commands_reference
from aggregator.store.description import reference as schema_reference

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

LINE_LIMIT = 300
# "or" lists are choices; the texts are as packages spell them.
ALLOWED_LICENCES = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|Public Domain|CC0"
    r"|Unlicense|LGPL|0BSD|Zlib",
    re.IGNORECASE,
)


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() or [
        str(path.relative_to(ROOT)) for path in ROOT.rglob(pattern) if ".venv" not in path.parts
    ]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def package_name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9_.-]+", requirement)
    assert match
    return match[0].lower()


def test_the_schema_page_is_the_schema() -> None:
    assert (ROOT / "docs/schema.md").read_text(encoding="utf-8") == schema_reference()


def test_the_commands_page_is_the_help() -> None:
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == commands_reference()


def test_the_configuration_page_holds_the_key_table() -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert config.reference().strip() in page


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in cli.commands if f"aggregator {name}" not in readme]
    assert missing == []


def test_the_example_of_the_readme_is_a_good_feeds_yaml() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    parsed = config.parse(example, Path("feeds.yaml"))
    assert [feed.id for feed in parsed.feeds] == ["example-courier"]
    assert [conflict.id for conflict in parsed.conflicts] == ["sudan"]


def test_the_readme_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *tracked("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_and_the_makefile_agree_on_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for page in [ROOT / "README.md", *tracked("docs/*.md")]:
        named = re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
        assert set(named) <= targets, page.name


def test_s39_every_direct_dependency_is_explained_and_nothing_else() -> None:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| ([a-z0-9.-]+) \|", page, re.MULTILINE)) - {"package", "---"}
    project = PROJECT["project"]
    declared = {package_name(r) for r in project["dependencies"]}
    for extra in project["optional-dependencies"].values():
        declared |= {package_name(requirement) for requirement in extra}
    assert explained == declared
    for group in PROJECT["dependency-groups"].values():
        assert all(package_name(requirement) in page for requirement in group)


def test_s39_the_package_imports_only_what_is_declared() -> None:
    project = PROJECT["project"]
    declared = {package_name(r) for r in project["dependencies"]}
    for extra in project["optional-dependencies"].values():
        declared |= {package_name(requirement) for requirement in extra}
    providers = importlib.metadata.packages_distributions()
    undeclared = set()
    for path in tracked("aggregator/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                if top in sys.stdlib_module_names or top == "aggregator":
                    continue
                # An extra that is not installed is named as it is imported.
                if not {d.lower() for d in providers.get(top, [top])} & declared:
                    undeclared.add((path.name, top))
    assert undeclared == set()


def test_s39_the_locks_hold_every_direct_dependency_with_hashes() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        pins = re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==", text, re.MULTILINE)
        for requirement in PROJECT["project"]["dependencies"]:
            assert package_name(requirement).replace(".", "-") in pins
        blocks = re.split(r"\n(?=[a-z])", text)
        assert all("--hash=sha256:" in block for block in blocks if "==" in block)


def test_s40_everything_installed_has_a_licence_that_we_may_use() -> None:
    unknown = []
    for distribution in importlib.metadata.distributions():
        metadata = cast("Message", distribution.metadata)
        stated = [
            metadata.get("License-Expression") or "",
            metadata.get("License") or "",
            *[c for c in metadata.get_all("Classifier") or [] if c.startswith("License")],
        ]
        if not ALLOWED_LICENCES.search(" ".join(stated)):
            unknown.append(metadata["Name"])
    assert unknown == []


@pytest.mark.parametrize("path", tracked("*.py"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_long_file_gives_its_reason_at_its_top(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if text.count("\n") > LINE_LIMIT:
        docstring = ast.get_docstring(ast.parse(text)) or ""
        assert "long because" in docstring


def test_nothing_names_the_machine_it_was_made_on() -> None:
    home = re.compile(r"/(?:home|root|Users)/[a-z]|/wor[k]/")
    named = [
        str(path.relative_to(ROOT))
        for path in tracked("*")
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".html", ".txt", ".lock"}
        and home.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert named == []
