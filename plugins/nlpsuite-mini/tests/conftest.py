from __future__ import annotations

import sys
from pathlib import Path

# The build tools are not part of the wheel, so they are on no path.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
