DROP INDEX customers_listing;
