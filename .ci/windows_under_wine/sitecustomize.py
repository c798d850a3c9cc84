"""Takes away from Windows' Python what wine does not have; Python's own fallbacks do the rest."""

import _winapi
import sys

for name in {"CopyFile2"} & set(dir(_winapi)):
    delattr(_winapi, name)
sys.modules["_wmi"] = None  # type: ignore[assignment]
