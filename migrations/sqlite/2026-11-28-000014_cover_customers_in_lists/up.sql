-- What the list shows of a customer, read without the customer's row.
CREATE INDEX customers_listing ON customers (id, email, name);
