-- Whom a customer was merged into; their address leads there. Never to one who was merged in turn.
ALTER TABLE customers ADD COLUMN merged_into TEXT COLLATE "C";
CREATE INDEX customers_merged_into ON customers (merged_into) WHERE merged_into IS NOT NULL;
