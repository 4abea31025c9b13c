# The list of customers.
customers-title = Customers
customers-caption = Customers, the last sale first
customers-search = Search customers
customers-search-hint = Name, e-mail or customer id
customers-grants-short = Grants
customers-last-sale = Last sale
customers-last-note = Last note
customers-pending = { $count } pending
customers-count = { $count ->
        [one] 1 customer, the last sale first
       *[other] { $count } customers, the last sale first
    }
customers-none-found = Nothing found
customers-none-found-text = No customer has this name, e-mail address or id. Try a shorter part of it.
customers-clear = Clear the search
customers-none = No customers yet
customers-none-text = A customer appears here with their first sale.
customers-new-grant = New grant
