"""Update and compile the translations.

Run as ``python .ci/words.py`` after a change of a text that readers see. It writes the template
(``sphinxext_dep/locale/sphinxext_dep.pot``), merges it into every translation, and compiles those. New texts are empty
there, for a translator to fill in; texts that are not used any more are removed. With ``--check`` nothing is written,
and the exit code is 1 if a file is not up to date or a text not translated. ``--new LANGUAGE`` begins a translation.
"""

from __future__ import annotations

import argparse
import gettext
import io
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sphinxext_dep.config.dep_process import DEFAULT  # noqa: E402  # of this checkout, not of an installed release
from sphinxext_dep.query.columns import DERIVED, FALLBACK  # noqa: E402  # as above
from sphinxext_dep.sphinx.html.words import CATALOG, PROCESS  # noqa: E402  # as above

LOCALE = ROOT / "sphinxext_dep" / "locale"
TEMPLATE = LOCALE / f"{CATALOG}.pot"
HEADER = "# Words of sphinxext_dep that readers see{}.\n# Distributed under the licence of sphinxext_dep, Apache-2.0."
#: When a file was written and by what says nothing, and would be a difference in every commit.
RESTLESS = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid-Bugs-To):.*\n',
    re.MULTILINE,
)
PLACEHOLDERS = re.compile(r"%(?:\(\w+\))?[sd]|\{\w+\}")


def terms() -> Iterator[str]:
    """The words of the default schema that readers see."""
    for status in DEFAULT.statuses.values():
        yield from (status.name, status.description)
    yield from DEFAULT.categories
    for field in DEFAULT.fields.values():
        yield from filter(None, (field.label, field.inverse_label))
    yield from (column.title for column in (*DERIVED.values(), *FALLBACK.values()))


def template() -> Catalog:
    """Every message of the code."""
    catalog = Catalog(project=CATALOG, version="1", header_comment=HEADER.format(""), fuzzy=False)
    for part in ("sphinx", "publish"):
        found = extract_from_dir(
            ROOT / "sphinxext_dep" / part,
            [("**.py", "python")],
            keywords={"_": None, "ngettext": (1, 2)},
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for _file, _line, message, comments, context in found:
            catalog.add(message, auto_comments=comments, context=context)
    for word in terms():
        catalog.add(word, context=PROCESS)
    return catalog


def text_of(catalog: Catalog) -> str:
    """*catalog* as a file of gettext's, the same whoever writes it and when."""
    buffer = io.BytesIO()
    # Sorted: from Python 3.12 on, words in f-strings are found at their place, and before that elsewhere.
    write_po(buffer, catalog, width=120, no_location=True, ignore_obsolete=True, sort_output=True)
    return RESTLESS.sub("", buffer.getvalue().decode())


def compiled(catalog: Catalog) -> bytes:
    """*catalog* as Python reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def begun(language: str) -> Catalog:
    """A translation with nothing in it."""
    comment = HEADER.format(f", in {Locale.parse(language).english_name}")
    return Catalog(locale=language, project=CATALOG, version="1", header_comment=comment, fuzzy=False)


def load(file: Path) -> Catalog:
    """The translation in *file*."""
    with file.open("rb") as stream:
        return read_po(stream, locale=file.parts[-3], domain=CATALOG)


def words_in(data: bytes) -> dict[object, str]:
    """What a compiled catalog says, without its header."""
    catalog = vars(gettext.GNUTranslations(io.BytesIO(data)))["_catalog"]
    return {key: words for key, words in catalog.items() if key}


def faults(file: Path, catalog: Catalog) -> Iterator[str]:
    """What is wrong with the translation *catalog*, of *file*."""
    for message in catalog:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if not all(strings):
            yield f"{file}: not translated: {message.id!r}"
        if message.fuzzy:
            yield f"{file}: fuzzy: {message.id!r}"
        yield from (f"{file}: other placeholders: {words!r}" for words in strings if words and differ(message, words))
    target = file.with_suffix(".mo")
    if not target.is_file() or words_in(target.read_bytes()) != words_in(compiled(catalog)):
        yield f"{target}: not compiled from {file.name}"


def differ(message: Message, words: str) -> bool:
    """Whether *words* would be filled with other values than *message*."""
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    return sorted(PLACEHOLDERS.findall(words)) not in [sorted(PLACEHOLDERS.findall(text)) for text in ids]


def main() -> int:
    """Write the catalogs, or check them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--new", metavar="LANGUAGE", default="")
    arguments = parser.parse_args()
    if set(arguments.new) - set(string.ascii_letters + "_"):
        parser.error("a language is named as by Sphinx: de, pt_BR")
    wanted = template()
    files = sorted(LOCALE.glob(f"*/LC_MESSAGES/{CATALOG}.po"))
    if arguments.new:
        files.append(LOCALE / arguments.new / "LC_MESSAGES" / f"{CATALOG}.po")
        files[-1].parent.mkdir(parents=True, exist_ok=True)
        files[-1].write_text(text_of(begun(arguments.new)), encoding="utf-8")
    found: list[str] = []
    texts = {TEMPLATE: text_of(wanted)}
    for file in files:
        catalog = load(file)
        catalog.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
        texts[file] = text_of(catalog)
        if not arguments.check:
            file.with_suffix(".mo").write_bytes(compiled(catalog))
        found += faults(file, catalog)
    for file, text in texts.items():
        if not arguments.check:
            file.write_text(text, encoding="utf-8")
        elif not file.is_file() or file.read_text(encoding="utf-8") != text:
            found.insert(0, f"{file}: out of step with the code")
    for fault in found:
        print(fault)
    return 1 if arguments.check and found else 0


if __name__ == "__main__":
    sys.exit(main())
