# Search from the header, and what it finds.
search-title = Search
search-label = Search everything
search-list-label = Search and filter grants
search-hint = Name, e-mail or order
search-hint-with-keys = Name, e-mail, order or key
search-too-long = Enter one line of at most 300 characters.
search-no-such-key = No license key matches this text exactly. To search for anything else, enter one line of at most 300 characters.
search-empty-with-keys = No license key matches this text exactly, and no grants match this search and these filters. Check that the key is complete, or try part of the e-mail address.
search-keys-without-grant = Imported license keys with this ending
search-again = Search again
search-all-customers = All customers found
search-customer-grants = { $count ->
        [one] 1 grant
       *[other] { $count } grants
    }
search-products = Products
search-all-products = All entitlements
search-inactive = Not active
search-staff = Staff
search-all-staff = All staff
search-delivered-by = What they delivered
search-assigned-to = What is assigned to them
search-newest-notes = Only the newest are shown
