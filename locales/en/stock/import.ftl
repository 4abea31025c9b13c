# Importing keys into stock: the form, and the lines before they are confirmed.
stock-import = Import keys
stock-import-short = Import
stock-import-for = keys for { $name }
stock-import-now = { $available } available, { $waiting ->
        [0] no grants waiting
        [one] 1 grant waiting
       *[other] { $waiting } grants waiting
    }
stock-paste = Paste keys
stock-paste-hint = One per line.
stock-paste-hint-pattern = One per line. Pattern: { $pattern }
stock-file = Or choose a file
stock-file-hint = Text, CSV or XLSX, up to 100,000 keys and 16 MiB.
stock-column = Column with the keys
stock-column-hint = Leave empty for the only one, or the one named “key”.
stock-column-choose = Choose the column
stock-column-sample = { $name }: { $sample }
stock-received-on = Received on
stock-received-hint = A date such as 2026-12-31 or 31 Dec 2026. Leave empty for today.
stock-use-before-hint = Such a date. Keys are not issued on that day or later.
stock-check = Check keys
stock-check-hint = Nothing is stored before you have seen the result.
stock-check-title = What the check looks for
stock-check-known = Twice in the file, in stock, or already issued
stock-check-known-text = Skipped.
stock-check-warned-text = A typographic dash, a label in front, a number rounded by a spreadsheet. You decide line by line.
stock-check-new-text = Added when you confirm. From then on only the last 4 characters are shown.
stock-spreadsheet = From a spreadsheet
stock-spreadsheet-text = Upload the file itself. Long numbers copied from a cell may have lost their last digits.
stock-nothing-stored = Nothing was stored. If you chose a file, choose it again.

## What is wrong with the form
stock-no-source = Paste at least one key, or choose a file.
stock-two-sources = You pasted keys and chose a file. Use one of the two.
stock-supplier-wrong = Enter at most 200 characters in one line.
stock-reference-wrong = Enter at most 200 characters in one line.
stock-note-wrong = Enter at most 1,000 printable characters.
stock-received-future = This date is in the future. Enter the day on which the keys came in.
stock-import-gone = What you uploaded was kept for 30 minutes and is gone; nothing was added. Upload it again.

## The lines
stock-preview-title = { $count ->
        [one] 1 line checked
       *[other] { $count } lines checked
    }
stock-preview-until = Nothing is stored yet. Confirm by { $time }.
stock-result = Result
stock-result-new = New
stock-result-warned = Look wrong
stock-result-skipped = Skipped
stock-result-twice = Twice in the file
stock-result-in-stock = Already in stock
stock-result-issued = Already issued
stock-result-invalid = Not a key
stock-problems-first = Problems first
stock-will-be-added = { $count ->
        [one] is added
       *[other] are added
    }
stock-you-decide = { $count ->
        [0] nothing to decide
       *[other] you decide below
    }
stock-skipped-twice = { $count } twice in the file
stock-skipped-in-stock = { $count } in stock already
stock-skipped-issued = { $count } issued already
stock-skipped-invalid = { $count ->
        [one] 1 is no key
       *[other] { $count } are no keys
    }
stock-now = In stock now
stock-now-waiting = { $count ->
        [0] no grants waiting
        [one] 1 grant waiting
       *[other] { $count } grants waiting
    }
stock-line-by-line = Line by line
stock-lines-caption = Lines, problems first
stock-line = Line
stock-line-number = Line { $number }
stock-what-happens = What happens
stock-happens-added = Added
stock-happens-same-as = Skipped, same as line { $line }
stock-happens-skipped = Skipped
stock-happens-decide = You decide on the first page
stock-take-corrected = Add the corrected key
stock-take-as-it-is = Add as it is
stock-skip = Skip
stock-corrected = Corrected:
stock-range = { $from }–{ $to } of { $count }. New keys are hidden: nobody needs to see them.
stock-skipped-csv = Skipped lines as CSV
stock-others = { $count ->
        [one] The 1 further line that looks wrong
       *[other] The { $count } further lines that look wrong
    }
stock-others-corrected = Correct them where possible, skip the rest
stock-others-skip = Skip them
stock-others-as-they-are = Add them as they are
stock-then-serve = { $count ->
        [one] Then serve the waiting grant
       *[other] Then serve the { $count } waiting grants, oldest first
    }
stock-then-serve-hint = Each customer gets an e-mail.
stock-nothing-to-add = There is nothing to add.
stock-add = { $count ->
        [0] Add the chosen keys to stock
        [one] Add 1 key to stock
       *[other] Add { $count } keys to stock
    }
stock-add-hint = Confirming twice adds them once.
stock-back-to-form = Back to the form
stock-back-to-decide = Back to the decision
stock-back-to-decide-hint = You choose and confirm on the first page.

## After confirming
stock-confirmed-none = Nothing was added: every line would be skipped.
stock-added-title = Keys added
stock-adding = { $done } of { $total } done
stock-added = { $count ->
        [0] No key was added
        [one] 1 key was added
       *[other] { $count } keys were added
    }
stock-added-rejected = Not added, because they had come in or were issued elsewhere meanwhile: lines { $lines }.
stock-see-batch = See the batch

## Links
stock-import-link = Import links
stock-paste-link = Paste links
stock-file-hint-link = Text, CSV or XLSX, up to 100,000 links and 16 MiB.
stock-column-link = Column with the links
stock-column-hint-link = Leave empty for the only one.
stock-use-before-hint-link = Such a date. Links are not issued on that day or later.
stock-check-link = Check links
stock-check-new-text-link = Added when you confirm. From then on nobody needs to see them.
stock-check-invalid-link = Skipped, with the reason: not https, or not of the platform.
stock-result-invalid-link = Not a link of the platform
stock-skipped-invalid-link = { $count ->
        [one] 1 is no link of the platform
       *[other] { $count } are no links of the platform
    }
stock-range-link = { $from }–{ $to } of { $count }. New links are hidden: nobody needs to see them.
stock-add-link = { $count ->
        [0] Add the chosen links to stock
        [one] Add 1 link to stock
       *[other] Add { $count } links to stock
    }
