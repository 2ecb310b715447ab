"""What a proposal is, how it is read and how it is judged, without Sphinx or docutils."""
