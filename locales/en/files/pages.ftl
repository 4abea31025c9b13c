# Files of an entitlement and of a grant, for staff.

files-title = Files
files-hint = Customers download these from a page that their e-mail links. Changes apply at once, also to what was delivered before.
files-none = No files yet.
files-name = File
files-size = Size
files-downloads = Downloads
files-actions = Actions
files-edit-note = Edit note
files-note-of = Note for { $name }
files-save-note = Save note
files-up = Up
files-down = Down
files-remove = Remove
files-note = Note for customers
files-note-hint = Shown below the name, such as “Windows 10 and later”. It applies to all files of one upload.
files-note-wrong = Enter one line of at most { $max } characters.
files-file = Files to add
files-file-hint = Several at once, up to { $size } each.
files-upload = Upload files
files-no-file = Choose at least one file.
files-too-large = The file is larger than { $size }, the limit of this installation (KEYDESK_FILES_MAX_SIZE). Nothing was stored.
files-disk-full = The disk is full. Nothing was stored; make room, then upload again.
files-too-many = An entitlement carries at most { $max } files.
files-not-carried = This entitlement does not deliver files.
files-added = { $count ->
        [1] 1 file added.
       *[other] { $count } files added.
    }
files-note-saved = The note for { $name } was saved.
files-moved = { $name } was moved.
files-removed = { $name } was removed. Its links no longer work.
files-last-download = last { $at }
files-never = Not downloaded yet
