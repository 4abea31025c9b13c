# The list of grants and a grant's own page.
