"""What our own code uses that is announced to go is an error in the tests, and what others use is theirs."""

from __future__ import annotations

import warnings

import pytest
from sphinx import deprecation


def announcements() -> list[type[Warning]]:
    """The classes by which Python and this Sphinx announce that something will go."""
    found = [item for name, item in vars(deprecation).items() if name.startswith("RemovedInSphinx")]
    return [DeprecationWarning, PendingDeprecationWarning, *found]


@pytest.mark.parametrize("category", announcements())
@pytest.mark.parametrize("module", ["sphinxext_dep", "sphinxext_dep.model.source", "sphinxext_dep.sphinx.extension"])
def test_ours_is_an_error(category, module):
    with pytest.raises(category):
        warnings.warn_explicit("it will go", category, "file.py", 1, module=module)


def test_that_of_others_is_theirs(recwarn):
    warnings.warn_explicit("it will go", DeprecationWarning, "file.py", 1, module="myst_parser.parsers")
    warnings.warn_explicit("it will go", DeprecationWarning, "file.py", 1, module="furo")
