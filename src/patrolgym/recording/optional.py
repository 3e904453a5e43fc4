"""Libraries that only some recorders need."""

import importlib
from typing import Any

from patrolgym.errors import UserError


def library(module: str, wanted_by: str) -> Any:
    """Import `module`; a UserError that names the pip command where it is missing."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UserError(
            f"recording {wanted_by} needs {module.partition('.')[0]}: pip install 'patrolgym[dataset]'"
        ) from error
