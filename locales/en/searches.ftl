# Search from the header.
search-title = Search
search-label = Search everything
search-list-label = Search and filter grants
search-hint = E-mail, payment or grant
search-hint-with-keys = E-mail, payment, grant or key
search-too-long = Enter one line of at most 300 characters.
search-no-such-key = No license key matches this text exactly. To search for anything else, enter one line of at most 300 characters.
search-empty-with-keys = No license key matches this text exactly, and no grants match this search and these filters. Check that the key is complete, or try part of the e-mail address.
search-keys-without-grant = Imported license keys with this ending
