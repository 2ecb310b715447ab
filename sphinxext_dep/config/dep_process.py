"""The DEP process as data: what a project follows that configures nothing.

A project's TOML file (:mod:`sphinxext_dep.config`) is read on top of it.
"""

from __future__ import annotations

from sphinxext_dep.headers.spellings import DEFAULT_SPELLINGS
from sphinxext_dep.model.schema import Category, Colour, Field, Schema, Section, Status, StatusKind

_BASE = ("status", "authors", "category")
_REVIEW = (*_BASE, "sponsor", "required-reviewers", "review-date", "pull-request")

_STATUSES = (
    Status(
        name="Draft", kind=StatusKind.OPEN, colour=Colour.GREY,
        description="It is still being written.",
        next=("Under Review", "Deferred", "Rejected"), requires=_BASE, aliases=("WIP", "Proposed"),
    ),
    Status(
        name="Under Review", kind=StatusKind.OPEN, colour=Colour.BLUE,
        description="It waits for its required reviewers.",
        next=("Draft", "Approved", "Deferred", "Rejected"), requires=_REVIEW, aliases=("In Review", "Review"),
    ),
    Status(
        name="Approved", kind=StatusKind.DECIDED, colour=Colour.GREEN,
        description="This is what will be done.",
        next=("Implemented", "Replaced", "Deferred"), requires=_REVIEW, synonyms=("Accepted",),
    ),
    Status(
        name="Implemented", kind=StatusKind.DECIDED, colour=Colour.TEAL,
        description="This is what was done.",
        next=("Replaced",), requires=(*_REVIEW, "implementation"), aliases=("Final",),
    ),
    Status(
        name="Replaced", kind=StatusKind.CLOSED, colour=Colour.PURPLE,
        description="Another proposal took its place.",
        requires=(*_BASE, "replaced-by"), aliases=("Superseded",),
    ),
    Status(
        name="Deferred", kind=StatusKind.CLOSED, colour=Colour.ORANGE,
        description="It was set aside and may be taken up again.",
        next=("Draft", "Under Review", "Rejected"), requires=_BASE, aliases=("Postponed",),
    ),
    Status(
        name="Rejected", kind=StatusKind.CLOSED, colour=Colour.RED,
        description="It was decided against; the reasons are kept here.",
        requires=_BASE, aliases=("Declined",),
    ),
)  # fmt: skip

_FIELDS = (
    Field(key="number", label="Number", type="number", aliases=("DEP", "DEP Number"), order=False,
          description="The proposal's number; assigned when it is merged."),
    Field(key="status", label="Status", type="status", can_be_none=False,
          description="The state of the proposal."),
    Field(key="authors", label="Authors", type="people", many=True, aliases=("Author", "Author(s)"),
          can_be_none=False, description="Who wrote it."),
    Field(key="category", label="Category", type="category", can_be_none=False, aliases=("Type",),
          description="What kind of decision it is."),
    Field(key="replaces", label="Replaces", type="references", many=True, inverse="replaced-by",
          aliases=("Supersedes",), description="Proposals that this one takes the place of."),
    Field(key="replaced-by", label="Replaced By", type="references", many=True, inverse="replaces",
          aliases=("Superseded By",), description="Proposals that took the place of this one."),
    Field(key="sponsor", label="Sponsor", type="people", many=True, aliases=("Sponsors", "Sponsor(s)"),
          json="sponsors", description="The maintainer who shepherds it."),
    Field(key="required-reviewers", label="Required Reviewers", type="people", many=True,
          aliases=("Required Reviewer", "Reviewers", "Reviewer", "Required Reviewer(s)", "Reviewer(s)"),
          description="Whose approval it needs."),
    Field(key="review-date", label="Review Date", type="date", aliases=("Review By",),
          description="The day by which the review is due (ISO 8601)."),
    Field(key="pull-request", label="Pull Request", type="links", aliases=("PR", "Pull Requests"),
          description="Where it is discussed."),
    Field(key="implementation", label="Implementation", type="links", many=True,
          aliases=("Implementation PR / Tracking Issue", "Implementation PR/Tracking Issue", "Implementation PR",
                   "Implementation PRs", "Implementation PR(s)"),
          description="Where it is built."),
    Field(key="tracking-issue", label="Tracking Issue", type="links", many=True, answers="implementation",
          aliases=("Tracking Issues", "Tracking Issue(s)", "Issue", "Issues", "Issue(s)"), order=False,
          description="Where the work on it is tracked."),
    Field(key="owning-sig", label="Owning SIG", type="group", many=True, aliases=("Owning SIGs", "Owning Group"),
          order=False, description="The group that owns it."),
    Field(key="participating-sigs", label="Participating SIGs", type="group", many=True,
          aliases=("Participating SIG", "Participating Groups"), order=False,
          description="Other groups that take part in it."),
    Field(key="area", label="Area", type="tags", many=True, aliases=("Areas",), order=False,
          description="The part of the project that it is about."),
    Field(key="pic", label="PIC", type="people", many=True, aliases=("PICs", "Person in Charge"), order=False,
          description="The person in charge of it."),
    Field(key="discussions-to", label="Discussions To", type="links", many=True,
          aliases=("Discussion", "Discussions"), order=False, description="Where it is discussed at length."),
    Field(key="extends", label="Extends", type="references", many=True, inverse_label="Extended By",
          aliases=("Depends On",), order=False, description="Proposals that this one builds on."),
    Field(key="related", label="Related", type="references", many=True, inverse="related",
          aliases=("Related Proposals", "Related DEPs", "See Also"), order=False,
          description="Proposals worth reading beside this one."),
    Field(key="tags", label="Tags", type="tags", many=True, aliases=("Tag", "Topic", "Topics", "Labels"),
          order=False, description="Words to find it by."),
)  # fmt: skip

_CATEGORIES = (
    Category(name="Architecture", description="How the software is built."),
    Category(name="Process", description="How the project works."),
    Category(name="Guidelines", description="How code and documents are written.", aliases=("Guideline",)),
)

_SECTIONS = (
    Section(name="Summary", required=True, limited=True, prompt="What is proposed, in one paragraph."),
    Section(name="Motivation", required=True, limited=True, prompt="What is wrong today, and for whom."),
    Section(name="Goals", parent="Motivation", limited=True, prompt="What will be true when this is done."),
    Section(name="Non Goals", parent="Goals", limited=True, aliases=("Non-Goals",), prompt="What this leaves alone."),
    Section(name="Requirements", parent="Motivation", limited=True, prompt="What any solution must satisfy."),
    Section(name="Proposal", required=True, limited=True, prompt="What will be done."),
    Section(name="Implementation Details", aliases=("Implementation",), prompt="Interfaces, formats, limits."),
    Section(name="Deferred to Implementation", parent="Implementation Details", prompt="What is left open."),
    Section(name="Implementation Phases", prompt="In which order it is built."),
    Section(name="Related Proposals", prompt="What to read beside this."),
    Section(
        name="Alternate Solutions", required=True, limited=True,
        aliases=("Alternatives", "Alternative Solutions", "Alternatives Considered"),
        prompt="What else was considered, and why it was not chosen.",
    ),
    Section(name="Background", prompt="What a reader may not know."),
    Section(name="References", parent="Background", prompt="Where to read more."),
    Section(name="Terminology & Definitions", parent="Background", aliases=("Terminology and Definitions",),
            prompt="Words used in a special sense."),
    Section(name="Acronyms & Abbreviations", parent="Background", aliases=("Acronyms and Abbreviations",),
            prompt="Short forms used above."),
)  # fmt: skip

DEFAULT = Schema(
    prefix="DEP",
    statuses={status.name: status for status in _STATUSES},
    lifecycle=("Draft", "Under Review", "Approved", "Implemented"),
    fields={field.key: field for field in _FIELDS},
    categories={category.name: category for category in _CATEGORIES},
    sections={section.name: section for section in _SECTIONS},
    sources=("deps/**",),
    exclude=("NNNN*", "template*", "README*"),
    severities={},
    status_severities={},
    profile_url="https://github.com/{handle}",
    spellings=DEFAULT_SPELLINGS,
)
"""The DEP process, as its own DEP 0 describes it."""
