"""What servers answered is kept: over real sockets, beside a real database."""

import gzip
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.archive.folder import archive_files
from aggregator.archive.reading import record_at, records
from aggregator.cli import main as run_command  # placeholder
