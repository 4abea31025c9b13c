# Lists of keys from files and pasted text.

key-list-empty = There is no key in the list: it is empty, or has a heading only.
key-list-too-large = The file is larger than { $max } MiB. Split it into several files.
key-list-too-many = The list has more than { $max } keys. Split it into several files.
key-list-too-much-else = The file has far more in it than keys. Copy the column with the keys to a file of its own.
key-list-web-page = This is a web page, not a list of keys. Perhaps a sign-in page was saved in its place: download the file again.
key-list-old-excel = This is a spreadsheet in an old format, or one with a password. Save it as XLSX without a password, or as CSV.
key-list-other-kind = This is a { $kind } file, not a list of keys. Lists can be text, CSV or XLSX.
key-list-not-text = This is not a text file: it has NUL characters in it. Lists can be text, CSV or XLSX.
key-list-encoding = Line { $line }, byte { $byte } is neither UTF-8 nor Windows-1252. Save the file as UTF-8.
key-list-broken-spreadsheet = The file is damaged, or is not an XLSX spreadsheet. Open it in a spreadsheet program and save it again as XLSX or CSV.
key-list-quotes = Line { $line }: a quotation mark is not closed, or text follows a closing one. Correct the line; inside quotation marks, write a quotation mark twice.
key-list-line-too-long = Line { $line } is longer than 1 MiB, which no key is. Remove it.
key-list-hidden = Line { $line }: the keys are hidden (••••), as in an export from Keydesk. Use the file from the supplier.
key-list-which-column = The list has several columns. Name the one with the keys: { $columns }.
key-list-no-such-column = There is no column “{ $column }”. The columns are: { $columns }.

no-stock-not-a-license-key = This entitlement delivers neither license keys nor links, so it has no stock.
no-stock-not-manual = This entitlement generates its keys, so it has no stock.
no-stock-shared-key = The grants of this entitlement share one key, so it has no stock.
