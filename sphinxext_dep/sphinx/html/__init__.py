"""HTML and LaTeX: nodes, style sheets, scripts, navigation, metadata."""
