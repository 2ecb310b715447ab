"""What happens to a page's doctree: once after reading, and once whenever it is written."""

from __future__ import annotations

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinxext_dep.rules.reading import HiddenBy
from sphinxext_dep.sphinx.build.domain import domain_of
from sphinxext_dep.sphinx.components.header import Header
from sphinxext_dep.sphinx.build.hidden import hidden_header, noted_place
from sphinxext_dep.sphinx.build.location import Location
from sphinxext_dep.sphinx.components.mention import LINKS, adopt_links, mentions
from sphinxext_dep.sphinx.html.navigation import IndexToctree
from sphinxext_dep.sphinx.html.nodes import Block, Note, Placeholder, every, notes
from sphinxext_dep.sphinx.components.people import People, keep_first


class ProposalPage(SphinxTransform):
    """Gives a proposal's page one root section and its header, and notes which proposals any page refers to."""

    # After the parser, before docutils resolves local contents and ids (Contents is at 720).
    default_priority = 205

    def apply(self, **kwargs: object) -> None:
        """Change the doctree in place."""
        docname = self.env.docname
        domain = domain_of(self.env)
        prefix = domain.project.schema.prefix
        # Once over the page, which has thousands of nodes, and not once for each kind.
        found: list[nodes.Element] = every(self.document, (*LINKS, Placeholder))
        references = adopt_links(found, docname, prefix)
        if checked := domain.data["pages"].get(docname):
            if title := checked.proposal.title_elsewhere:
                self._add_title(title)
            self._nest()
            if not any(isinstance(node, Placeholder) and isinstance(node.consumer, Header) for node in found):
                place = noted_place(self.env)
                if place.line:
                    reason = HiddenBy.COLON_FENCE if place.colons else HiddenBy.NOT_RUN
                    item = hidden_header(reason, checked.proposal.path, place.line, domain.project)
                    domain.add_diagnostic(docname, item)
                header = Header(Location(docname, checked.proposal.path))
                self._insert(Placeholder(consumer=header))
                domain.add_consumers(docname, header)
        if shown := mentions(references, docname, self.env, domain.project):
            domain.add_consumers(docname, *shown)

    def _add_title(self, title: str) -> None:
        """Put the page into a section with the title that its header states: it has no heading for it."""
        section = nodes.section("", nodes.title("", title), names=[nodes.fully_normalize_name(title)])
        # Front matter has become a list of fields, which Sphinx takes for the page's metadata where it comes first.
        first = self.document.children[:1] if isinstance(self.document.next_node(), nodes.field_list) else []
        section.extend(self.document.children[len(first) :])
        self.document.children = first
        self.document += section
        self.document.note_implicit_target(section, section)

    def _nest(self) -> None:
        """Later top-level sections become children of the first: the navigation shows one entry per proposal."""
        first = next((node for node in self.document.children if isinstance(node, nodes.section)), None)
        if first is None:
            return
        place = self.document.index(first) + 1
        later = self.document.children[place:]
        del self.document.children[place:]
        first.extend(later)
        # The title is metadata: it goes into tables, tooltips and other pages' navigation, where markup of its own must
        # not act. The record's title has none either.
        title = first.next_node(nodes.title)
        for raw in list(title.findall(nodes.raw)) if title is not None else ():
            raw.parent.remove(raw)

    def _insert(self, placeholder: Placeholder) -> None:
        """Put the header just below the title, or at the top of a page that has none."""
        section = next((node for node in self.document.children if isinstance(node, nodes.section)), None)
        parent: nodes.Element = section if section is not None else self.document
        index = parent.first_child_matching_class(nodes.title)
        parent.insert(0 if index is None else index + 1, placeholder)


class Expand(SphinxPostTransform):
    """Replaces every placeholder by what it shows, in the builder's own time."""

    # The references that components make must still be resolved by Sphinx, at priority 10.
    default_priority = 5

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place; it is a copy, made for this writing."""
        view = domain_of(self.env).view
        taken = set(self.document.ids)
        found: list[Placeholder | IndexToctree] = every(self.document, (Placeholder, IndexToctree))
        for node in found:
            if isinstance(node, IndexToctree):
                node.fill(node.shown.pages(view))
                continue
            made = node.consumer.render(node.consumer.modelled(view))
            if isinstance(node.consumer, People):
                keep_first(made, taken)
            notes(self.document).add(Note.SHOWS)
            if any(isinstance(box, Block) and box.get("registry") for box in made):
                notes(self.document).add(Note.REGISTRY)
            node.replace_self(made)


class SpanlessGroups(SphinxPostTransform):
    """Gives the headings of groups as many cells as other rows: manual pages have no cell that spans columns."""

    default_priority = Expand.default_priority + 1
    builders = ("man",)

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place."""
        for row in self.document.findall(nodes.row):
            if "dep-group" in row["classes"]:
                for cell in list(row.findall(nodes.entry)):
                    row += [nodes.entry("", nodes.paragraph()) for _ in range(cell.attributes.pop("morecols"))]
