"""A repository as its process asks for it today: groups, banners, front matter beside a block, numbers in headings.

It follows the process that needs no configuration, and builds without a word.
"""

from __future__ import annotations

SECTIONS = """
{0} Summary

Failed requests are sent again.

{0} Motivation

> [!TIP]
> Networks fail.

{0} Proposal

Retry three times. See [](dep:12).

{0} Alternate Solutions

N/A
"""
REVIEW = """\
**Sponsor**: [@ada](https://github.com/ada)

**Required Reviewers**: @octo, @org/sig-router

**Review Date**: 2026-12-01

**Pull Request**: https://example.org/pull/1
"""
FILES = {
    "CODEOWNERS": "* @org/maintainers\n/deps/ @org/sig-router @ada\n",
    "deps/NNNN-limited-template.md": (
        "# <Title>\n\n> [!NOTE]\n> **Status**: Draft\n\n**Status**: Draft | Under Review\n"
    ),
    "deps/0010-process.md": (
        "---\n"
        "dep: 0010\n"
        "status: accepted\n"
        'authors: ["@octo", Ada Lovelace]\n'
        "category: process\n"
        "replaces: []\n"
        "replaced-by: null\n"
        "sponsor: '@ada'\n"
        "required-reviewers:\n"
        "  - '@octo'\n"
        "  - '@org/sig-router'\n"
        "review-date: 2026-12-01\n"
        "pull-request: https://example.org/pull/10\n"
        "implementation: ~\n"
        "tracking-issue: https://example.org/issues/3\n"
        "owning-sig: SIG Process\n"
        'participating-sigs: ["@org/sig-router", SIG Frontend]\n'
        "area: [process, router]\n"
        'pic: "@ada"\n'
        "extends: []\n"
        "discussions-to: https://example.org/discuss/1\n"
        "---\n"
        "# DEP-0010: How we decide\n\n"
        "> [!WARNING]\n"
        "> **Status: Accepted** — but not in force before [the vote](https://example.org/vote).\n"
        + SECTIONS.format("##")
    ),
    "deps/0011-retry.md": (
        "---\n"
        "dep: 0o11\n"
        "status: draft\n"
        'owning-sig: "@org/sig-router"\n'
        "review-date: null\n"
        "---\n"
        "# DEP-0011: Retry failed requests\n\n"
        "**Status**: Draft\n\n"
        "**Authors**: [@octo](https://github.com/octo) @ada\n\n"
        "**Category**: Architecture\n\n"
        "**Owning SIG**: @org/sig-router\n\n"
        "**Area**: Router, Frontend\n\n"
        "**Extends**: DEP-0010\n\n"
        "```{warning}\n"
        "**Status**: Draft\n"
        "```\n" + SECTIONS.format("#")
    ),
    "deps/0012-timeouts.md": (
        "> [!NOTE]\n"
        "> Status: **Accepted**.\n\n"
        "# DEP-0012: Timeouts\n\n"
        "**Status**: Accepted\n\n"
        "**Authors**: @octo\n\n"
        "**Category**: Architecture\n\n"
        "**Replaces**: [DEP-0013](0013-limits.md)\n\n"
        "**Replaced By**: N/A\n\n" + REVIEW + "\n"
        "**Tracking Issue**: https://example.org/issues/5\n\n"
        "**Participating SIGs**: SIG Router and Fabric, @org/sig-frontend\n\n"
        "**PIC**: @ada\n\n"
        "**Discussions To**: <https://example.org/discuss/2>\n" + SECTIONS.format("#")
    ),
    "deps/0013-limits.md": (
        "# Limits\n\n"
        "```{dep-header}\n"
        ":number: 14.0\n"
        ":status: Replaced\n"
        ':authors: "@octo"\n'
        ":category: Architecture\n"
        ":replaced-by: DEP-0012\n"
        ":owning-sig: SIG Router\n"
        "```\n\n"
        ":::{danger} **Status**: Replaced\n"
        "The limits are those of [](dep:12) now.\n"
        ":::\n" + SECTIONS.format("##")
    ).replace("14.0", "13.0"),
    "deps/0014-errors.rst": (
        "DEP-0014: Errors\n================\n\n"
        ".. important:: Status: Under Review, until the end of the year.\n\n"
        ".. dep-header::\n"
        "   :number: 0014\n"
        "   :status: Under Review\n"
        "   :authors: @octo\n"
        "   :category: Architecture\n"
        "   :sponsor: @ada\n"
        "   :required-reviewers: @org/sig-router\n"
        "   :review-date: 2026-12-01\n"
        "   :pull-request: https://example.org/pull/14\n"
        "   :owning-sig: SIG Router\n"
        "   :area: Router\n"
        "\nSummary\n-------\n\nErrors are sent.\n\nMotivation\n----------\n\nThey were not.\n"
        "\nProposal\n--------\n\nSend them.\n"
        "\nAlternate Solutions\n-------------------\n\nN/A\n"
    ),
    "deps/0015-names.md": (
        "# DEP-0015: Names\n\n"
        "> [!CAUTION]\n> **Status: Rejected** — the old names stay.\n\n"
        "| Field | Value |\n"
        "|---|---|\n"
        "| Status | Rejected |\n"
        "| Authors | @octo |\n"
        "| Category | Guidelines |\n"
        "| Owning SIG | SIG Process |\n"
        "| Tracking Issue | https://example.org/issues/9 |\n" + SECTIONS.format("##")
    ),
}
