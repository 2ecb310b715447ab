"""The proposals of another project as consumers see them: as their own, but that links lead to the other site."""

from __future__ import annotations

import msgspec

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.publish.published import PublishedError
from sphinxext_dep.sphinx.build.foreign import Foreign, Origin
from sphinxext_dep.sphinx.components.view import ProposalShown, StatusShown, View
from sphinxext_dep.sphinx.html.words import _

UNSAID = StatusShown(name="", kind="", colour="grey")
"""The status of a proposal of which the inventory says nothing but number and title."""


class ForeignView(View):
    """All proposals of another project."""

    def __init__(self, home: View, foreign: Foreign) -> None:
        published = foreign.published
        # What a component complains about is weighed as everything else in this project.
        severities = home.schema.severities
        schema = msgspec.structs.replace(published.schema, severities=severities)
        super().__init__(
            published.judgement, schema, dict.fromkeys(published.judgement.catalog.by_path, ""), home.today
        )
        self.foreign = foreign

    @property
    def note(self) -> str:
        """What is said below a list of proposals of which not everything is known; empty when it is."""
        if self.foreign.whole:
            return ""
        return _("From the inventory of %s, which holds numbers and titles only.") % self.foreign.name

    def shown(self, proposal: Proposal) -> ProposalShown:
        """A link to *proposal* on the other site."""
        return ProposalShown(
            docname="",
            label=self.label(proposal),
            title=proposal.title,
            status=self.status(proposal),
            url=self.foreign.url_of(proposal.path),
        )

    def status(self, proposal: Proposal) -> StatusShown:
        """See :meth:`View.status`."""
        return super().status(proposal) if self.schema.status_field else UNSAID


def view_of(view: View, origin: Origin | None) -> View | None:
    """What a component with *origin* shows proposals of: *view* itself without one; ``None`` when it cannot be read."""
    if origin is None:
        return view
    if origin not in view.abroad:
        assert view.origins is not None
        try:
            view.abroad[origin] = ForeignView(view, view.origins.read(origin))
        except PublishedError:
            view.abroad[origin] = None
    return view.abroad[origin]


def cannot_be_read(origin: Origin) -> str:
    """What stands where the proposals of *origin* would be; the diagnostic says why."""
    return _("The proposals of %s cannot be read.") % (origin.project or origin.file)
