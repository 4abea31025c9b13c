# Notes of staff about customers and grants.
notes-title = Notes
notes-new = New note
notes-hint = For colleagues only.
notes-add = Add note
notes-added = Note added.
notes-none = No notes yet.
notes-empty = Enter the note.
notes-too-long = A note can have at most 2,000 characters.
notes-control = The note contains characters that cannot be displayed. Remove them.
notes-changed = This form was already sent with another text. Check the notes, then add this one again if it is missing.
notes-delete-open = Delete…
notes-delete = Delete this note
notes-deleted = Note deleted.
notes-gone = This note has already been deleted.
