DROP TABLE replacements;
DROP TABLE undo_windows;
